namespace NtkTheory.Models

open NtkTheory.Numerics

/// Residual and tangent kernel with bounds on their errors.
[<Struct>]
type EnclosedState = { Residual: Estimate; Kernel: Estimate }

/// The catapult recursion in interval arithmetic. Descent with large steps drives neighbours apart, so a number that
/// is read off a run needs the error that the run has by then.
module CatapultEnclosure =

    let private (+.) a b = Estimate.add a b

    let private ( *. ) a b = Estimate.multiply a b

    /// The start: z - y and lambda, both inputs exact.
    let start y (state: CatapultState) = {
        Residual = Estimate.subtract (Estimate.exact state.Output) (Estimate.exact y)
        Kernel = Estimate.exact state.Kernel
    }

    /// kappa eta^2 x.
    let private scaled kappa eta x =
        Estimate.scale kappa (Estimate.scale eta (Estimate.scale eta x))

    /// r' = r (1 - eta lambda + kappa eta^2 (r + y) r), lambda' = lambda - eta kappa r ((4 - eta lambda) r + 4 y).
    let step kappa eta y state =
        let r, l = state.Residual, state.Kernel
        let minus = Estimate.negate (Estimate.scale eta l)
        let z = r +. Estimate.exact y
        let factor = Estimate.exact 1.0 +. minus +. (scaled kappa eta z *. r)

        let pull =
            (Estimate.exact 4.0 +. minus) *. r +. Estimate.scale 4.0 (Estimate.exact y)

        {
            Residual = r *. factor
            Kernel = l +. Estimate.negate (Estimate.scale kappa (Estimate.scale eta (r *. pull)))
        }

    /// w = eta lambda - 4 - kappa eta^2 y r, whose sign says whether a run is bounded.
    let thresholdExcess kappa eta y state =
        Estimate.scale eta state.Kernel
        +. Estimate.exact -4.0
        +. Estimate.negate (Estimate.scale y (scaled kappa eta state.Residual))

    /// The states at steps 0, 1, ..., while the residual is between `small` and `large` in size and the errors are
    /// below a thousandth of the plateau's scale: from where they are not, the run says nothing more.
    let run small large kappa eta y state =
        let scale = eta * sqrt kappa

        let goes state =
            let r = abs state.Residual.Value

            r > small
            && r < large
            && scale * state.Residual.Radius < 1e-3
            && eta * state.Kernel.Radius < 1e-3

        start y state
        |> Seq.unfold (fun state ->
            if goes state then
                Some(state, step kappa eta y state)
            else
                None)
