namespace NtkTheory.Models

open System.Collections.Generic
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// How far the Gram matrix can move when each neuron's weights move by at most a radius.
module GramPerturbation =

    /// The distance from w to the wedge {u : u.x >= 0, u.y >= 0}, for unit x and y of inner product rho, from
    /// p = w.x and q = w.y. Near |rho| = 1 the wedge is a half space or a line and the branches on one
    /// coordinate decide.
    let distanceToWedge rho p q =
        if p >= 0.0 && q >= 0.0 then
            0.0
        elif p < 0.0 && q - p * rho >= -1e-14 * abs p then
            -p
        elif q < 0.0 && p - q * rho >= -1e-14 * abs q then
            -q
        else
            sqrt (max 0.0 (p * p + q * q - 2.0 * rho * p * q) / ((1.0 - rho) * (1.0 + rho)))

    let private canLeave radius (p: float) q =
        p >= 0.0 && q >= 0.0 && min p q < radius

    let private canEnter radius rho (p: float) q =
        not (p >= 0.0 && q >= 0.0) && distanceToWedge rho p q <= radius

    /// For a pair of points the larger of the numbers of neurons that can be turned on and off.
    let private largestChange radius rho (p: float[]) (q: float[]) =
        let mutable on = 0
        let mutable off = 0

        for r in 0 .. p.Length - 1 do
            if canLeave radius p[r] q[r] then
                off <- off + 1
            elif canEnter radius rho p[r] q[r] then
                on <- on + 1

        max on off

    /// An upper bound of sup ||H(w) - H(w0)||_F over all w with ||w_r - w0_r|| <= radius, for unit points:
    /// each entry at its own worst case.
    let upperBound (points: Matrix<float>) (weights: Matrix<float>) radius =
        let preactivations = (weights.TransposeAndMultiply points).ToColumnArrays()
        let products: Matrix<float> = points.TransposeAndMultiply points

        let entry i j rho =
            let change = largestChange radius rho preactivations[i] preactivations[j]
            rho * float change / float weights.RowCount

        Spectrum.frobenius (products.MapIndexed entry)

    /// The changes (first, second, both) of activity that one neuron can reach within the radius.
    let private reachable radius rho p q =
        let signs = [ 1.0; -1.0 ]
        let active flag = if flag then 1 else 0
        let before = p >= 0.0, q >= 0.0

        [
            for s in signs do
                for t in signs do
                    if distanceToWedge (s * t * rho) (s * p) (t * q) <= radius then
                        active (s > 0.0) - active (fst before),
                        active (t > 0.0) - active (snd before),
                        active (s > 0.0 && t > 0.0) - active (fst before && snd before)
        ]

    /// The exact supremum for two unit points, by dynamic programming over the reachable counts of change, and
    /// the counts (first, second, both) that attain it.
    let exactForTwo (points: Matrix<float>) (weights: Matrix<float>) radius =
        let preactivations: Matrix<float> = weights.TransposeAndMultiply points
        let rho = points.Row(0).DotProduct(points.Row 1)

        let join (sums: HashSet<struct (int * int * int)>) r =
            let moves = reachable radius rho preactivations[r, 0] preactivations[r, 1]
            let next = HashSet()

            for struct (a, b, c) in sums do
                for x, y, z in moves do
                    next.Add(struct (a + x, b + y, c + z)) |> ignore

            next

        let norm (struct (a, b, c)) =
            sqrt (float (a * a + b * b) + 2.0 * rho * rho * float (c * c))
            / float weights.RowCount

        let best =
            Seq.fold join (HashSet [ struct (0, 0, 0) ]) (seq { 0 .. weights.RowCount - 1 })
            |> Seq.maxBy norm

        let struct (first, second, both) = best
        norm best, (first, second, both)
