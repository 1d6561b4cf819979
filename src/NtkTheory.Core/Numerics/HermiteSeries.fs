namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned arrays

open System
open Microsoft.FSharp.NativeInterop

/// Hermite coefficients a_k of z -> f(s_i z) for many deviations s_i: E[f(u) f(v)] = the sum over k of
/// a_k(i) a_k(j) rho^k for Gaussian u, v of deviations s_i, s_j and correlation rho (Mehler).
type HermiteSeries = {
    /// Panels of 32 points; in each, degree after degree, a coefficient for each of its points.
    Panels: float[]
    Degrees: int
    /// E f(s_i z)^2 for each point.
    SecondMoments: float[]
    /// Points of the rule that the coefficients are sums over.
    Nodes: int
    /// The most, over the points, that the squared coefficients lack of E f(s_i z)^2, relative to it.
    Missing: float
}

/// Coefficients by the trapezoidal rule on a common grid, as matrix products.
module HermiteSeries =

    /// Half the width of the rule: beyond it e^(-z^2 / 4), which bounds h_k(z) times the density, is below 5e-19.
    let private reach = 13.0

    /// Degrees that are added to a table at a time, and degrees in a row whose squares decide whether to go on.
    let private batch, private window = 256, 64

    /// The rule's step for singularities of f at a distance of the line. With y = distance / deviation the error is
    /// e^(-2 pi y / step + y sqrt k), at most e^(-75 + 20) where a_k of a degree that matters is as large as
    /// e^(-y sqrt k) > e^-20; 1/8 serves entire functions such as GELU too, whose coefficients fall faster.
    let private stepOf distance deviation =
        min 0.125 (distance / (12.0 * max 1e-3 deviation))

    /// Normalized Hermite polynomials times the root of the density on the grid, one degree after the other.
    [<Sealed>]
    type private Polynomials(step: float) =
        let nodes = 2 * int (ceil (reach / step)) + 1
        let at t = (float t - float (nodes / 2)) * step

        let weight z =
            step * exp (-0.5 * z * z) / sqrt Math.Tau

        let mutable degree = 0
        let mutable before = Array.zeroCreate nodes
        let mutable now = Array.init nodes (fun t -> weight (at t))

        member _.Nodes = nodes
        member _.At t = at t
        member _.Weight t = weight (at t)

        /// h_k(z_t) w_t for the next `count` degrees, count x nodes.
        member _.Next count =
            let rows = Array.zeroCreate (count * nodes)

            for row in 0 .. count - 1 do
                Array.blit now 0 rows (row * nodes) nodes
                let down, up = sqrt (float degree), 1.0 / sqrt (float (degree + 1))

                for t in 0 .. nodes - 1 do
                    let next = (at t * now[t] - down * before[t]) * up
                    before[t] <- now[t]
                    now[t] <- next

                degree <- degree + 1

            MatrixView.rowMajor count nodes rows

    let private secondMoment (polynomials: Polynomials) (values: float[]) =
        let mutable sum = 0.0

        for t in 0 .. polynomials.Nodes - 1 do
            sum <- sum + polynomials.Weight t * values[t] * values[t]

        sum

    /// The squared coefficients of one deviation, degree after degree, up to the first window of them that is below
    /// 1e-18 of the second moment. They fall like e^(-2 y sqrt k), so that what follows is at most 50 times that
    /// window up to a deviation of 20.
    let private squares f (polynomials: Polynomials) deviation moment =
        let values =
            Array.init polynomials.Nodes (fun t -> f (deviation * polynomials.At t))

        let square (rows: MatrixView) row =
            let mutable sum = 0.0

            for t in 0 .. polynomials.Nodes - 1 do
                sum <- Math.FusedMultiplyAdd(rows.Data[row * polynomials.Nodes + t], values[t], sum)

            sum * sum

        let rec search found =
            let next = Array.init window (square (polynomials.Next window))

            if Array.sum next <= 1e-18 * moment then
                Array.concat (List.rev found)
            else
                search (next :: found)

        search []

    /// The degrees that one deviation needs, a multiple of 8: what follows is below 1e-16 of the second moment.
    let private degreesFor f step deviation =
        let polynomials = Polynomials step

        let moment =
            secondMoment
                polynomials
                (Array.init polynomials.Nodes (fun t -> f (deviation * polynomials.At t)))

        let squares = squares f polynomials deviation moment
        let mutable count = squares.Length
        let mutable left = 0.0

        while count > 0 && left + squares[count - 1] <= 1e-17 * moment do
            count <- count - 1
            left <- left + squares[count]

        max 8 ((count + 7) / 8 * 8)

    /// Degrees of the table for points whose largest deviation is given.
    let degrees f distance deviation =
        degreesFor f (stepOf distance deviation) deviation

    /// f(s_i z_t) for the points of a panel, nodes x 32; zeros beyond the last point.
    let private sample f (polynomials: Polynomials) (deviations: float[]) panel =
        let edge = MehlerTile.edge
        let values = Array.zeroCreate (polynomials.Nodes * edge)

        for i in 0 .. min edge (deviations.Length - panel * edge) - 1 do
            for t in 0 .. polynomials.Nodes - 1 do
                values[t * edge + i] <- f (deviations[panel * edge + i] * polynomials.At t)

        MatrixView.rowMajor polynomials.Nodes edge values

    let private secondMoments (polynomials: Polynomials) (sample: MatrixView) (moments: float[]) panel =
        for i in 0 .. sample.Columns - 1 do
            let mutable sum = 0.0

            for t in 0 .. sample.Rows - 1 do
                let value = sample.Data[t * sample.Columns + i]
                sum <- sum + polynomials.Weight t * value * value

            moments[panel * sample.Columns + i] <- sum

    /// What the coefficients of point i lack of its second moment, relative to it.
    let private lack (panels: float[]) degrees (moments: float[]) i =
        let edge = MehlerTile.edge
        let mutable left = moments[i]

        for k in 0 .. degrees - 1 do
            let a = panels[(i / edge * degrees + k) * edge + i % edge]
            left <- left - a * a

        if moments[i] > 0.0 then abs left / moments[i] else 0.0

    /// The coefficients, `degrees` for each of the deviations, of a function that is analytic up to a distance of the
    /// real line.
    let ofDegrees execution f distance degrees (deviations: float[]) =
        let edge = MehlerTile.edge
        let polynomials = Polynomials(stepOf distance (Array.fold max 0.0 deviations))
        let count = (deviations.Length + edge - 1) / edge
        let panels = Array.zeroCreate (count * degrees * edge)
        let moments = Array.zeroCreate (count * edge)

        for first in 0..batch .. degrees - 1 do
            let rows = polynomials.Next(min batch (degrees - first))

            Execution.run execution count (fun panel ->
                let values = sample f polynomials deviations panel

                if first = 0 then
                    secondMoments polynomials values moments panel

                let place = MatrixView.rowMajor (count * degrees) edge panels
                let block = MatrixView.block (panel * degrees + first) 0 rows.Rows edge place
                Gemm.assign { execution with Workers = 1 } 1.0 rows values block)

        {
            Panels = panels
            Degrees = degrees
            SecondMoments = Array.truncate deviations.Length moments
            Nodes = polynomials.Nodes
            Missing = Seq.init deviations.Length (lack panels degrees moments) |> Seq.fold max 0.0
        }

    /// The coefficients, as many as the largest deviation needs.
    let create execution f distance deviations =
        ofDegrees execution f distance (degrees f distance (Array.fold max 0.0 deviations)) deviations

    let private coefficient (series: HermiteSeries) i k =
        let edge = MehlerTile.edge
        series.Panels[(i / edge * series.Degrees + k) * edge + i % edge]

    /// The coefficients of point i, degree after degree.
    let internal row (series: HermiteSeries) i (target: nativeptr<float>) =
        for k in 0 .. series.Degrees - 1 do
            NativePtr.set target k (coefficient series i k)

    /// A bound on the error of a sum of the series, relative to the root of E f(u)^2 E f(v)^2. With the norms of f and of
    /// a polynomial on the grid, Cauchy and Schwarz bound each coefficient's rounding by gamma of the nodes and of the
    /// recurrence, the sum over the degrees adds the root of their number, Horner's steps their own gamma, and what
    /// is left out is at most the roots of what both points lack.
    let relativeRadius (series: HermiteSeries) =
        let rounding = Estimate.gamma (series.Nodes + 4 * series.Degrees)

        series.Missing
        + 2.0 * sqrt (float series.Degrees) * rounding
        + Estimate.gamma (2 * series.Degrees + 8)

    /// E f(u) f(v) for points i and j and a correlation.
    let expectation (series: HermiteSeries) i j rho =
        let mutable sum = 0.0

        for k in series.Degrees - 1 .. -1 .. 0 do
            sum <- coefficient series i k * coefficient series j k + rho * sum

        let scale = sqrt (series.SecondMoments[i] * series.SecondMoments[j])
        Estimate.within (relativeRadius series * scale) sum
