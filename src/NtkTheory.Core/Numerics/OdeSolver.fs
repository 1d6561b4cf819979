namespace NtkTheory.Numerics

open System

/// Where an integration ended.
type OdeEnd = {
    Time: float
    State: float[]
    /// Accepted steps.
    Steps: int
    /// The sum over accepted steps of the largest estimated local error of a component: a bound, to the
    /// order of the method, on the global error of a flow that does not drive solutions apart.
    AccumulatedError: float
}

/// Explicit Runge-Kutta integration of y' = f(t, y) with the embedded pair of Dormand and Prince (1980) of
/// orders 5 and 4, adaptive steps and a stop condition.
module OdeSolver =

    /// Nodes, stage weights, and the difference of the two orders' weights.
    let private nodes = [| 0.0; 1.0 / 5.0; 3.0 / 10.0; 4.0 / 5.0; 8.0 / 9.0; 1.0; 1.0 |]

    let private stages = [|
        [||]
        [| 1.0 / 5.0 |]
        [| 3.0 / 40.0; 9.0 / 40.0 |]
        [| 44.0 / 45.0; -56.0 / 15.0; 32.0 / 9.0 |]
        [| 19372.0 / 6561.0; -25360.0 / 2187.0; 64448.0 / 6561.0; -212.0 / 729.0 |]
        [|
            9017.0 / 3168.0
            -355.0 / 33.0
            46732.0 / 5247.0
            49.0 / 176.0
            -5103.0 / 18656.0
        |]
        [|
            35.0 / 384.0
            0.0
            500.0 / 1113.0
            125.0 / 192.0
            -2187.0 / 6784.0
            11.0 / 84.0
        |]
    |]

    let private difference = [|
        71.0 / 57600.0
        0.0
        -71.0 / 16695.0
        71.0 / 1920.0
        -17253.0 / 339200.0
        22.0 / 525.0
        -1.0 / 40.0
    |]

    let private combine (weights: float[]) (slopes: float[][]) h (state: float[]) =
        let moved = Array.copy state

        for k in 0 .. weights.Length - 1 do
            if weights[k] <> 0.0 then
                let factor = h * weights[k]
                let slope = slopes[k]

                for i in 0 .. moved.Length - 1 do
                    moved[i] <- moved[i] + factor * slope[i]

        moved

    /// All seven slopes of a step (the last is the first of the next) and the new state.
    let private attempt field time h (state: float[]) (first: float[]) =
        let slopes = Array.create 7 first
        let mutable reached = state

        for k in 1..6 do
            reached <- combine stages[k] slopes h state
            slopes[k] <- field (time + nodes[k] * h) reached

        slopes, reached

    /// The estimated local error, in units of the tolerance and absolutely, largest component.
    let private errors tolerance (slopes: float[][]) h (before: float[]) (after: float[]) =
        let zero = Array.zeroCreate before.Length
        let local = combine difference slopes h zero

        let scale i =
            tolerance * (1.0 + max (abs before[i]) (abs after[i]))

        let relative = local |> Array.mapi (fun i e -> abs e / scale i) |> Array.max
        relative, (local |> Array.map abs |> Array.max)

    /// A power near the -1/5 that a method of order 5 wants, by square roots alone: they are rounded alike everywhere,
    /// a power is not, and where errors are no more than rounding the steps would differ from machine to machine.
    let private eighthRoot (x: float) = sqrt (sqrt (sqrt x))

    let private quarterRoot (x: float) = sqrt (sqrt x)

    let private firstStep tolerance duration (state: float[]) (slope: float[]) =
        let size = 1.0 + (state |> Array.map abs |> Array.max)
        let speed = slope |> Array.map abs |> Array.max
        min duration (quarterRoot tolerance * size / max speed 1e-300)

    /// Integrates from `start` until `finish` or until `stop time state`, looked at after every step. The local
    /// error of a component per step is kept below tolerance (1 + |component|). Throws ArithmeticException
    /// where the step would fall below rounding or after ten million steps.
    let integrateUntil stop tolerance field (start: float) (finish: float) (initial: float[]) =
        let rec walk time (state: float[]) (slope: float[]) h steps accumulated =
            if time >= finish || stop time state then
                {
                    Time = time
                    State = state
                    Steps = steps
                    AccumulatedError = accumulated
                }
            else
                let h = min h (finish - time)
                let slopes, reached = attempt field time h state slope
                let relative, absolute = errors tolerance slopes h state reached

                if h < 1e-15 * (abs time + 1e-280) || steps > 10_000_000 then
                    raise (ArithmeticException $"the integration is stuck at time %g{time}")
                elif relative <= 1.0 then
                    let growth = min 5.0 (0.9 / eighthRoot (max relative 1e-10))
                    let next = if h >= finish - time then finish else time + h
                    walk next reached slopes[6] (h * growth) (steps + 1) (accumulated + absolute)
                else
                    // an estimate that is not a number shrinks the step as much as is allowed
                    let shrink =
                        if Double.IsFinite relative then
                            max 0.2 (0.9 / quarterRoot relative)
                        else
                            0.2

                    walk time state slope (h * shrink) steps accumulated

        let slope: float[] = field start initial
        walk start initial slope (firstStep tolerance (finish - start) initial slope) 0 0.0

    /// Integrates from `start` to `finish`.
    let integrate tolerance field start finish initial =
        integrateUntil (fun _ _ -> false) tolerance field start finish initial
