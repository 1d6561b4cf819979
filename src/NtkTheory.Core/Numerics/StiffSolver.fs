namespace NtkTheory.Numerics

open System

/// An autonomous flow y' = f(y) of which the Jacobian is known.
type StiffSystem = {
    /// f(y).
    Field: float[] -> float[]
    /// From y, then h > 0, then b: the solution x of (I - h f'(y)) x = b.
    Solver: float[] -> (float -> (float[] -> float[]))
}

/// The linearly implicit Euler method, extrapolated to order 7 (Deuflhard 1985; Hairer and Wanner, Solving Ordinary
/// Differential Equations II, section IV.9). Its steps grow without bound where a flow settles, so that stiff
/// gradient flows are followed to their limits.
module StiffSolver =

    /// Numbers of substeps of the extrapolated solutions: Bulirsch's, whose weights stay small.
    let private substeps = [| 1; 2; 3; 4; 6; 8; 12 |]

    /// y(h) - y(0) by `count` substeps; the Jacobian is that of the beginning. The change is summed apart from y, so
    /// that its rounding is relative to the change itself.
    let private euler field solver h (state: float[]) count =
        let part = h / float count
        let solve: float[] -> float[] = solver part
        let change = Array.zeroCreate state.Length

        for _ in 1..count do
            let slope: float[] = field (Array.map2 (+) state change)

            slope
            |> Array.map (fun s -> part * s)
            |> solve
            |> Array.iteri (fun i x -> change[i] <- change[i] + x)

        change

    /// The sum of the magnitudes of the weights with which extrapolation combines the changes, rounded up: so many
    /// times does it enlarge their rounding.
    let private amplification = 101.0

    /// The extrapolated change, and how much the last column of the Aitken-Neville scheme changed it.
    let private extrapolate (changes: float[][]) =
        let row = Array.copy changes

        for k in 1 .. substeps.Length - 1 do
            for j in substeps.Length - 1 .. -1 .. k do
                let ratio = float substeps[j] / float substeps[j - k]

                row[j] <-
                    Array.map2 (fun fine coarse -> fine + (fine - coarse) / (ratio - 1.0)) row[j] row[j - 1]

        row[substeps.Length - 1], Array.map2 (-) row[substeps.Length - 1] row[substeps.Length - 2]

    /// Integrates from time 0 until `finish` or until `stop time state`, looked at after every step. The local error
    /// of a component per step, by the last column, is kept below the tolerance times `unit` of the component's
    /// value, and not below 1e-12, where rounding takes over; these errors and roundings are summed in that unit. Throws ArithmeticException after a million steps, or
    /// where a step falls below rounding.
    let integrateUntil stop tolerance unit system finish (initial: float[]) =
        let power = 1.0 / float substeps.Length

        let rec walk time (state: float[]) h steps accumulated =
            if time >= finish || stop time state then
                {
                    Time = time
                    State = state
                    Steps = steps
                    AccumulatedError = accumulated
                }
            elif h < 1e-15 * time || h < 1e-290 || steps > 1_000_000 then
                raise (ArithmeticException $"the integration is stuck at time %g{time}")
            else
                let h = min h (finish - time)
                let solver = system.Solver state

                let change, last =
                    substeps |> Array.map (euler system.Field solver h state) |> extrapolate

                let next = Array.map2 (+) state change


                let relative values =
                    Array.map2 (fun (v: float) y -> abs v / unit y) values next
                    |> Array.fold max 0.0

                let error = relative last

                if error <= tolerance then
                    let growth = min 4.0 (0.8 * (tolerance / max error 1e-300) ** power)
                    let time = if h >= finish - time then finish else time + h
                    let rounding = Estimate.unitRoundoff * (1.0 + amplification * relative change)
                    walk time next (h * growth) (steps + 1) (accumulated + error + rounding)
                else
                    // an error that is not a number shrinks the step as much as is allowed
                    let shrink = max 0.1 (0.8 * (tolerance / error) ** power)
                    walk time state (h * (if Double.IsFinite shrink then shrink else 0.1)) steps accumulated

        let slope = system.Field initial

        let rate =
            Array.map2 (fun (s: float) y -> abs s / unit y) slope initial
            |> Array.fold max 0.0

        walk 0.0 initial (min finish (0.01 / max rate 1e-280)) 0 0.0
