namespace NtkTheory.Models

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// The separator of largest margin: argmin |w|^2/2 subject to label_i (w.x_i + b) >= 1.
type Separator = {
    /// w, in R^d.
    Weights: float[]
    /// b; zero where the separator passes through the origin.
    Bias: float
    /// The multipliers a_i >= 0, one per point: w = sum_i a_i label_i x_i.
    Multipliers: float[]
    /// label_i (w.x_i + b), one per point; at least 1.
    FunctionalMargins: float[]
    /// The distance 1/|w| of the nearest points to the boundary; infinite where no point constrains w.
    Margin: float
    /// Primal minus dual objective, both feasible: it bounds what is left to optimize (absolute). Evaluated for these
    /// very weights and multipliers with 106 bits, its own rounding included.
    Gap: float
}

/// Why no separator exists: a point common to what has to be separated.
type FarkasCertificate = {
    /// Nonnegative, one per point. Without a bias they sum to 1, with one each class sums to 1.
    Weights: float[]
    /// |sum_i weight_i label_i x_i|: no separator has a larger margin than this (half of it with a bias). Evaluated for
    /// these very weights with 106 bits, its own rounding included.
    Residual: float
}

/// The hard-margin support vector machine by an exact active-set method.
module HardMargin =

    let private zero = DoubleDouble.Of 0.0
    let private one = DoubleDouble.Of 1.0

    /// conv { label_i x_i }, its vertices named i.
    let private hull (problem: SeparationProblem) =
        let labels = problem.Labels

        let vertex i = {
            Name = i
            Point = problem.Rows[i] |> Array.map (fun x -> DoubleDouble.Of labels[i] * x)
        }

        let all = [| 0 .. labels.Length - 1 |]

        let lowest direction =
            let scores = SeparationProblem.exactScores problem direction

            all
            |> Array.minBy (fun i -> SeparationProblem.order (DoubleDouble.Of labels[i] * scores[i]))
            |> vertex

        {
            Start =
                all
                |> Array.minBy (fun i -> (DoubleDouble.dot problem.Rows[i] problem.Rows[i]).Value)
                |> vertex
            Low =
                fun direction ->
                    let scores = SeparationProblem.scores problem direction
                    all |> Array.minBy (fun i -> labels[i] * scores[i]) |> vertex
            Lowest = lowest
        }

    let private mean (problem: SeparationProblem) indices =
        let sum =
            DoubleDouble.combine
                problem.Rows[0].Length
                (Array.map (fun _ -> one) indices)
                (indices |> Array.map (Array.get problem.Rows))

        DoubleDouble.toFloats sum |> Array.map (fun s -> s / float indices.Length)

    /// The difference of the hulls of the two classes, its vertices x_i - x_j named (i, j).
    let private difference (problem: SeparationProblem) positive negative =
        let vertex i j = {
            Name = struct (i, j)
            Point = Array.map2 (-) problem.Rows[i] problem.Rows[j]
        }

        let low direction =
            let scores = SeparationProblem.scores problem direction
            vertex (positive |> Array.minBy (Array.get scores)) (negative |> Array.maxBy (Array.get scores))

        let lowest direction =
            let scores =
                SeparationProblem.exactScores problem direction
                |> Array.map SeparationProblem.order

            vertex (positive |> Array.minBy (Array.get scores)) (negative |> Array.maxBy (Array.get scores))

        {
            Start = low (Array.map2 (-) (mean problem positive) (mean problem negative))
            Low = low
            Lowest = lowest
        }

    /// The bias halfway between the classes, which balances their smallest margins.
    let private balance (problem: SeparationProblem) (scores: DoubleDouble[]) =
        let lowest =
            SeparationProblem.members 1.0 problem
            |> Array.map (Array.get scores)
            |> Array.minBy SeparationProblem.order

        let highest =
            SeparationProblem.members -1.0 problem
            |> Array.map (Array.get scores)
            |> Array.maxBy SeparationProblem.order

        DoubleDouble.Of -0.5 * (lowest + highest)

    /// Scales the direction of the nearest point until its smallest functional margin is 1. A direction with a margin
    /// that is not positive is no separator.
    let private separator (problem: SeparationProblem) (nearest: DoubleDouble[]) (weights: DoubleDouble[]) =
        let factor =
            DoubleDouble.Of(if problem.HasBias then 2.0 else 1.0)
            / DoubleDouble.dot nearest nearest

        let direction = nearest |> Array.map (fun x -> factor * x)
        let scores = SeparationProblem.exactScores problem direction
        let offset = if problem.HasBias then balance problem scores else zero

        let least =
            SeparationProblem.least (
                Array.map2 (fun label score -> DoubleDouble.Of label * (score + offset)) problem.Labels scores
            )

        if not (least.Value > 0.0) then
            None
        else
            let rounded = direction |> Array.map (fun w -> (w / least).Value)
            let multipliers = weights |> Array.map (fun u -> (factor * u).Value)

            SeparationProblem.feasible problem Estimate.unitRoundoff (rounded, (offset / least).Value)
            |> Option.map (fun (w, b, margins, error) -> {
                Weights = w
                Bias = b
                Multipliers = multipliers
                FunctionalMargins = DoubleDouble.toFloats margins
                Margin = 1.0 / SeparationProblem.size (DoubleDouble.ofFloats w)
                Gap = SeparationProblem.gap problem w error multipliers
            })

    let private farkas (problem: SeparationProblem) (weights: DoubleDouble[]) =
        let weights = DoubleDouble.toFloats weights

        {
            Weights = weights
            Residual = SeparationProblem.residual problem weights
        }

    let private conclude
        (problem: SeparationProblem)
        (point: DoubleDouble[])
        (corral: (int * DoubleDouble)[])
        =
        let weights = Array.create problem.Labels.Length zero

        for i, weight in corral do
            weights[i] <- weights[i] + weight

        let found =
            if SeparationProblem.size point > 0.0 then
                separator problem point weights
            else
                None

        match found with
        | Some separator -> Ok separator
        | None -> Error(farkas problem weights)

    /// With nothing to separate w = 0, and b = label satisfies all constraints.
    let private unconstrained bias dimension (labels: float[]) : Separator = {
        Weights = Array.zeroCreate dimension
        Bias =
            if bias then
                Array.tryHead labels |> Option.defaultValue 0.0
            else
                0.0
        Multipliers = Array.zeroCreate labels.Length
        FunctionalMargins = Array.create labels.Length 1.0
        Margin = infinity
        Gap = 0.0
    }

    /// A power of two that brings coordinates whose squares may overflow or underflow to size 1; else 1.
    let private unit (points: Matrix<float>) =
        let largest = points.Enumerate() |> Seq.fold (fun m x -> max m (abs x)) 0.0

        if largest = 0.0 || (largest > 1e-100 && largest < 1e100) then
            1.0
        else
            Math.ScaleB(1.0, Math.ILogB largest)

    let private inUnits unit (result: Result<Separator, FarkasCertificate>) =
        match result with
        | Ok separator ->
            Ok {
                separator with
                    Weights = separator.Weights |> Array.map (fun w -> w / unit)
                    Multipliers = separator.Multipliers |> Array.map (fun a -> a / unit / unit)
                    Margin = separator.Margin * unit
                    Gap = separator.Gap / unit / unit
            }
        | Error certificate ->
            Error {
                certificate with
                    Residual = certificate.Residual * unit
            }

    let private nearestOrigin points labels =
        let problem = SeparationProblem.create false points labels
        let nearest = PolytopeDistance.nearest (hull problem)
        conclude problem nearest.Point nearest.Corral

    let private nearestClasses points labels =
        let problem = SeparationProblem.create true points labels

        let positive, negative =
            SeparationProblem.members 1.0 problem, SeparationProblem.members -1.0 problem

        if positive.Length = 0 || negative.Length = 0 then
            Ok(unconstrained true points.ColumnCount labels)
        else
            let nearest = PolytopeDistance.nearest (difference problem positive negative)
            let ends (struct (i, j), weight) = [| i, weight; j, weight |]
            conclude problem nearest.Point (Array.collect ends nearest.Corral)

    let private scaled work (points: Matrix<float>) (labels: float[]) : Result<Separator, FarkasCertificate> =
        let unit = unit points
        let points = if unit = 1.0 then points else points.Divide unit
        work points labels |> if unit = 1.0 then id else inUnits unit

    /// The separator through the origin of n x d points with labels -1 or 1, or the certificate that there
    /// is none (or none that doubles can express). Source: ORF 543 notes, lecture 11/14.
    let throughOrigin (points: Matrix<float>) labels =
        if Array.isEmpty labels then
            Ok(unconstrained false points.ColumnCount labels)
        else
            scaled nearestOrigin points labels

    /// The separator with a bias of n x d points with labels -1 or 1, or the certificate that there is none (or none
    /// that doubles can express). With one class only, w = 0 and b = label satisfy all constraints and no margin binds.
    let withBias points labels = scaled nearestClasses points labels

    /// `withBias` or `throughOrigin`.
    let solve bias points labels =
        if bias then
            withBias points labels
        else
            throughOrigin points labels
