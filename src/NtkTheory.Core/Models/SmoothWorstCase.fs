namespace NtkTheory.Models

open System

/// The worst displacement of a smooth network from its linear model at one point: only the displacements u_j of
/// the preactivations matter, and the error is the sum of s a_j e_j(u_j) with e_j(u) the remainder at t_j.
module SmoothWorstCase =

    let private gains activation sign (t: float[]) (a: float[]) (u: float[]) =
        let derivative = Activation.derivative activation

        Array.init u.Length (fun j -> sign * a[j] * (derivative (t[j] + u[j]) - derivative t[j]))

    let private norm (u: float[]) = sqrt (Array.sumBy (fun v -> v * v) u)

    let private rescaled radius (u: float[]) =
        let length = norm u

        if length = 0.0 then
            u
        else
            Array.map (fun v -> v * radius / length) u

    /// The error of given displacements, before the factor m^(-1/2).
    let error activation (t: float[]) (a: float[]) (u: float[]) =
        Array.init u.Length (fun j -> a[j] * Linearization.remainder activation t[j] (t[j] + u[j]))
        |> Array.sum

    /// On the sphere of the radius the next point lies along the gradient at the last: the fixed points are the
    /// stationary ones, and where the error is convex along the way each step rises.
    let private ascend activation sign t a radius steps start =
        let better (u, value) next =
            let found = sign * error activation t a next
            if found > value then next, found else u, value

        let step (u, best) =
            let along = gains activation sign t a u |> rescaled radius
            // half the way, as the whole way may swing around a stationary point for ever
            let next = Array.map2 (+) u along |> rescaled radius
            next, better (better best along) next

        let first = rescaled radius start

        Seq.init steps ignore
        |> Seq.fold (fun (u, best) () -> step (u, best)) (first, (first, sign * error activation t a first))
        |> snd

    /// Every neuron pushed up, pushed down, or only one of them moved.
    let private starts count = [|
        Array.create count 1.0
        Array.create count -1.0
        for j in 0 .. min 8 count - 1 do
            for direction in [ 1.0; -1.0 ] do
                Array.init count (fun i -> if i = j then direction else 0.01 * direction)
    |]

    /// The largest s times the error found over the ball (s = 1 or -1), with its displacements: a value that is
    /// attained, so a lower bound of the supremum, which it has met in every case tried.
    let largest activation sign t a radius steps =
        starts (Array.length t)
        |> Array.map (ascend activation sign t a radius steps)
        |> Array.maxBy snd

    /// An upper bound of the same, by the Lagrangian: for each mu the sum over neurons of
    /// max over |u| <= radius of (s a_j e_j(u) - mu u^2) on a grid of 4,001 points, plus mu radius^2.
    let dualBound activation sign (t: float[]) (a: float[]) radius mu =
        let grid = Array.init 4001 (fun i -> radius * (float i / 2000.0 - 1.0))

        let neuron j =
            grid
            |> Array.map (fun u ->
                sign * a[j] * Linearization.remainder activation t[j] (t[j] + u) - mu * u * u)
            |> Array.max

        mu * radius * radius + Array.sum (Array.init t.Length neuron)
