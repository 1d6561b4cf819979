module NtkTheory.Core.Tests.Numerics.SymmetricEigenTests

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private symmetric seed n : Matrix<float> =
    let x: Matrix<float> = Draw.normalMatrix (Seed.ofInt seed) n n
    x + x.Transpose()

let private backends =
    Managed :: (OpenBlas.find () |> Option.map Native |> Option.toList)

let private within (estimate: Estimate) slack value =
    Assert.InRange(value - estimate.Value, -estimate.Radius - slack, estimate.Radius + slack)

[<Theory; InlineData(1); InlineData(2); InlineData(3); InlineData(33); InlineData(100)>]
let ``values agree with MathNet's within both radii`` n =
    let a = symmetric n n

    for backend in backends do
        let values = SymmetricEigen.values (Execution.workers 2) backend a
        Array.iter2 (fun value expected -> within value value.Radius expected) values (Spectrum.eigenvalues a)

[<Theory; InlineData(1); InlineData(2); InlineData(50); InlineData(64)>]
let ``the second difference matrix has its known spectrum`` n =
    let a: Matrix<float> =
        Matrix<float>
            .Build.Dense(
                n,
                n,
                fun i j ->
                    if i = j then 2.0
                    elif abs (i - j) = 1 then -1.0
                    else 0.0
            )

    let known k =
        2.0 - 2.0 * cos (float (k + 1) * Math.PI / float (n + 1))

    let values = SymmetricEigen.values Execution.sequential Managed a
    values |> Array.iteri (fun k value -> within value 1e-15 (known k))
    within (SymmetricEigen.largest Execution.sequential a) 1e-15 (known (n - 1))
    within (SymmetricEigen.smallest Execution.sequential Managed a) 1e-15 (known 0)

[<Fact>]
let ``neither width nor workers change a bit`` () =
    for n in [ 2; 40; 600 ] do
        let a = symmetric n n
        let executions = [ One, 1; Two, 1; Four, 2; Eight, 1; Eight, 2 ]

        let results =
            executions
            |> List.filter (fun (lanes, _) -> n < 600 || lanes = Eight)
            |> List.map (fun (lanes, workers) ->
                SymmetricEigen.values
                    {
                        Execution.workers workers with
                            Lanes = lanes
                    }
                    Managed
                    a)

        for result in List.tail results do
            Assert.Equal<Estimate[]>(List.head results, result)

[<Fact>]
let ``repeated and zero eigenvalues`` () =
    let zero: Matrix<float> = Matrix<float>.Build.Dense(5, 5)
    Assert.All(SymmetricEigen.values Execution.sequential Managed zero, (fun value -> within value 0.0 0.0))
    let ones: Matrix<float> = Matrix<float>.Build.Dense(40, 40, 1.0)
    let values = SymmetricEigen.values Execution.sequential Managed ones
    within values[39] 0.0 40.0
    Assert.All(Array.take 39 values, (fun value -> within value 0.0 0.0))

[<Property(MaxTest = 20)>]
let ``the smallest eigenvalue lies in its enclosure`` (seed: int) =
    let n = 1 + Draw.below 40 0L (Seed.ofInt seed)

    let x: Matrix<float> =
        Draw.normalMatrix (Seed.ofInt seed) n (n + Draw.below 4 1L (Seed.ofInt seed))

    let a = Product.gram Execution.sequential x
    let reference = Spectrum.smallest a

    backends
    |> List.forall (fun backend ->
        let smallest = SymmetricEigen.smallest Execution.sequential backend a
        abs (smallest.Value - reference.Value) <= smallest.Radius + reference.Radius)

[<Fact>]
let ``the certified bound is nearly sharp and never above`` () =
    for n in [ 2; 20; 120 ] do
        let a = Product.gram Execution.sequential (Draw.sphere (Seed.ofInt n) n (2 * n))
        let reference = Spectrum.smallest a

        for backend in backends do
            let smallest = SymmetricEigen.smallest Execution.sequential backend a
            Assert.True(Estimate.lower smallest <= Estimate.upper reference)
            Assert.True(smallest.Radius <= 1e-6 * reference.Value + 1e-11)
            let bound = SymmetricEigen.certifiedLowerBound Execution.sequential backend a
            Assert.True((bound (1.001 * reference.Value)).IsNone)

[<Fact>]
let ``a singular matrix falls back on the reduction`` () =
    let ones: Matrix<float> = Matrix<float>.Build.Dense(30, 30, 1.0)
    within (SymmetricEigen.smallest Execution.sequential Managed ones) 0.0 0.0

[<Fact>]
let ``the largest eigenvalue agrees with all of them`` () =
    for n in [ 1; 2; 7; 150 ] do
        let a = symmetric (n + 1) n
        let largest = SymmetricEigen.largest Execution.sequential a
        let reference = Spectrum.largest a
        within largest reference.Radius reference.Value

[<Theory; InlineData(0); InlineData(1); InlineData(2); InlineData(17); InlineData(60); InlineData(130)>]
let ``vectors are orthonormal and belong to their values`` n =
    let a = symmetric 5 n

    for backend in backends do
        let result = SymmetricEigen.decomposition (Execution.workers 2) backend a
        let v = result.Vectors
        let values = result.Values |> Array.map _.Value
        let identity: Matrix<float> = Matrix<float>.Build.DenseIdentity n
        // a product of about n^2 / 2 rotations and n reflections, each off by a few roundings (Higham, lemma 19.3)
        let slack = 10.0 * float (n * n) * Estimate.unitRoundoff
        Assert.InRange((v.Transpose() * v - identity).FrobeniusNorm(), 0.0, slack)
        let images: Matrix<float> = v * Matrix<float>.Build.DenseOfDiagonalArray values
        Assert.InRange((a * v - images).FrobeniusNorm(), 0.0, slack * a.FrobeniusNorm())
        let alone = SymmetricEigen.values Execution.sequential backend a
        Array.iter2 (fun x (y: Estimate) -> within y y.Radius x) values alone

[<Theory; InlineData(2); InlineData(40); InlineData(150)>]
let ``neither width nor workers change a bit of the vectors`` n =
    let a = symmetric n n

    let results = [
        for lanes in Lanes.all do
            for workers in [ 1; 2 ] ->
                SymmetricEigen.decomposition
                    {
                        Execution.workers workers with
                            Lanes = lanes
                    }
                    Managed
                    a
    ]

    for result in List.tail results do
        Assert.Equal<Estimate[]>(results.Head.Values, result.Values)
        Assert.Equal<Matrix<float>>(results.Head.Vectors, result.Vectors)

[<Fact>]
let ``clusters and large or small entries are no obstacle`` () =
    let clustered =
        Product.gram Execution.sequential (Draw.sphere (Seed.ofInt 3) 90 89)
        + Matrix<float>.Build.DenseIdentity 90

    for a in [ clustered; clustered * 1e150; clustered * 1e-150 ] do
        let reference = Spectrum.eigenvalues a
        let result = SymmetricEigen.decomposition Execution.sequential Managed a
        Array.iter2 (fun (x: Estimate) y -> within x x.Radius y) result.Values reference

        Array.iter2
            (fun (x: Estimate) y -> within x x.Radius y)
            (SymmetricEigen.values Execution.sequential Managed a)
            reference

[<Theory; InlineData(1); InlineData(2)>]
let ``the certified bound and the largest do not depend on workers`` workers =
    let a = Product.gram Execution.sequential (Draw.sphere (Seed.ofInt 9) 300 400)
    let execution = Execution.workers workers

    Assert.Equal(
        SymmetricEigen.smallest Execution.sequential Managed a,
        SymmetricEigen.smallest execution Managed a
    )

    Assert.Equal(SymmetricEigen.largest Execution.sequential a, SymmetricEigen.largest execution a)
