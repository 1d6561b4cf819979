namespace NtkTheory.Models

open NtkTheory.Numerics

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

    /// How far each active neuron goes in the end: sqrt m |y - u(0)| / active; 0 where none is active.
    let reach flow =
        if flow.Active = 0 then
            0.0
        else
            sqrt (float flow.Width) * flow.Residual / float flow.Active

    /// How far each active neuron has gone: the integral of |y - u| / sqrt m.
    let displacement time flow =
        -(reach flow) * NearOne.expMinusOne (-(gram flow) * time)

    /// When each active neuron has gone the distance; infinite where it never does.
    let timeTo distance flow =
        let left = 1.0 - distance / reach flow

        if left > 0.0 then
            -(NearOne.logOnePlus (-distance / reach flow)) / gram flow
        else
            infinity
