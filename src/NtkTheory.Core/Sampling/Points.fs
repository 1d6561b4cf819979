namespace NtkTheory.Sampling

open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra

/// How a set of points lies.
[<StructuredFormatDisplay("{Name}")>]
type Geometry =
    /// Independent and uniform on the unit sphere.
    | Sphere
    /// Unit points in antipodal pairs x, -x (the last one alone where the count is odd).
    | Antipodal
    /// Unit points of which the last is at angle 10^-exponent from the first (dimension 2 and more).
    | NearlyParallel of exponent: int
    /// Unit points of which the last repeats the first.
    | Repeated
    /// Independent standard normal vectors, of any norm.
    | Gaussian
    /// A subsample of a data set.
    | Rows of Dataset

    /// The geometry in words.
    member this.Name =
        match this with
        | Sphere -> "sphere"
        | Antipodal -> "antipodal"
        | NearlyParallel exponent -> $"nearly-parallel-1e-{exponent}"
        | Repeated -> "repeated"
        | Gaussian -> "gaussian"
        | Rows data -> $"rows of {data.Name}"

/// A small description of a set of points, from which the points themselves are made.
type Points = {
    Count: int
    Dimension: int
    Geometry: Geometry
    Seed: int
}

/// Making, drawing and shrinking sets of points.
module Points =



    let private antipodal seed count dimension : Matrix<float> =
        let half: Matrix<float> = Draw.sphere seed ((count + 1) / 2) dimension

        Matrix<float>
            .Build.Dense(count, dimension, fun i j -> (if i % 2 = 0 then 1.0 else -1.0) * half[i / 2, j])

    /// The first point turned by a small angle in the plane that it spans with a random direction.
    let private turned angle seed (first: Vector<float>) =
        let direction = Vector<float>.Build.DenseOfArray(Draw.normals seed first.Count)
        let across = (direction - first.Multiply(first.DotProduct direction)).Normalize 2.0
        let image: Vector<float> = first.Multiply(cos angle) + across.Multiply(sin angle)
        image.Normalize 2.0

    let private withLast (last: Vector<float>) (points: Matrix<float>) : Matrix<float> =
        points.SetRow(points.RowCount - 1, last)
        points

    /// The data set that the points are taken from, with the rows that were taken; None for made-up points.
    let dataset (points: Points) =
        match points.Geometry with
        | Rows data -> Some(Dataset.subsample (Seed.ofInt points.Seed) points.Count data)
        | _ -> None

    /// The points, Count x Dimension, one per row.
    let matrix (points: Points) : Matrix<float> =
        let seed = Seed.ofInt points.Seed |> Seed.split "points"

        let sphere () : Matrix<float> =
            Draw.sphere seed points.Count points.Dimension

        match points.Geometry with
        | Sphere -> sphere ()
        | Antipodal -> antipodal seed points.Count points.Dimension
        | NearlyParallel exponent when points.Dimension > 1 ->
            let cloud = sphere ()
            withLast (turned (10.0 ** -float exponent) (Seed.split "turn" seed) (cloud.Row 0)) cloud
        | NearlyParallel _ -> sphere ()
        | Repeated ->
            let cloud = sphere ()
            withLast (cloud.Row 0) cloud
        | Gaussian -> Draw.normalMatrix seed points.Count points.Dimension
        | Rows data -> (Dataset.subsample (Seed.ofInt points.Seed) points.Count data).Points

    /// The points in words.
    let describe (points: Points) =
        let noun = if points.Count = 1 then "point" else "points"
        $"{points.Count} {noun} in R^{points.Dimension}, {points.Geometry.Name}, seed {points.Seed}"

    /// Fewer points, then fewer dimensions, then a smaller seed.
    let shrink points =
        seq {
            for count in List.distinct [ 1; points.Count / 2; points.Count - 1 ] do
                if count >= 1 && count < points.Count then
                    yield { points with Count = count }

            match points.Geometry with
            | Rows _ -> ()
            | _ ->
                for dimension in List.distinct [ 1; points.Dimension / 2; points.Dimension - 1 ] do
                    if dimension >= 1 && dimension < points.Dimension then
                        yield { points with Dimension = dimension }

            for seed in [ 0; points.Seed / 2 ] do
                if seed < points.Seed then
                    yield { points with Seed = seed }
        }

    /// A seed small enough to read.
    let seeds = Gen.choose (0, 9999)

    /// Points of the given geometries, of counts and dimensions in the given ranges.
    let generator (geometries: Gen<Geometry>) (fewest, most) (lowest, highest) =
        gen {
            let! count = Gen.choose (fewest, most)
            let! dimension = Gen.choose (lowest, highest)
            let! geometry = geometries
            let! seed = seeds

            return {
                Count = count
                Dimension = dimension
                Geometry = geometry
                Seed = seed
            }
        }

    /// Points of one geometry with their shrinker.
    let arbitrary geometry counts dimensions =
        Arb.fromGenShrink (generator (Gen.constant geometry) counts dimensions, shrink)

    /// Subsamples of a data set, of counts in the given range (cut to what the set has).
    let ofDataset (fewest, most) (data: Dataset) =
        let all = data.Labels.Length

        Arb.fromGenShrink (
            generator
                (Gen.constant (Rows data))
                (min fewest all, min most all)
                (data.Points.ColumnCount, data.Points.ColumnCount),
            shrink
        )

    /// The same points from another seed, for the climb.
    let vary points =
        gen {
            let! seed = seeds
            return { points with Seed = seed }
        }
