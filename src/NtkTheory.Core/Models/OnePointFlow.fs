namespace NtkTheory.Models

/// Gradient flow of a two-layer ReLU network on one unit point and outer weights 1 or -1, as long as no neuron changes
/// its activity: u' = H (y - u), and each active neuron moves along the point.
type OnePointFlow = {
    /// The number of neurons m.
    Width: int
    /// How many of them are active.
    Active: int
    /// |y - u(0)|.
    Residual: float
}

/// The flow in closed form.
module OnePointFlow =

    /// H = active / m.
    let gram flow = float flow.Active / float flow.Width

    /// |y - u(t)|.
    let residual time flow =
        flow.Residual * exp (-(gram flow) * time)

    /// How far each active neuron goes in the end: sqrt m |y - u(0)| / active; infinite where none is active.
    let reach flow =
        sqrt (float flow.Width) * flow.Residual / float flow.Active

    /// How far each active neuron has gone: the integral of |y - u| / sqrt m.
    let displacement time flow =
        let half = 0.5 * gram flow * time
        // 1 - e^(-2 half) without cancellation
        reach flow * 2.0 * exp -half * sinh half

    /// When each active neuron has gone the distance; infinite where it never does.
    let timeTo distance flow =
        let left = 1.0 - distance / reach flow
        if left > 0.0 then -(log left) / gram flow else infinity
