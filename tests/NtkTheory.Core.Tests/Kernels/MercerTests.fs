module NtkTheory.Core.Tests.Kernels.MercerTests

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Sampling
open NtkTheory.Testing
open Xunit

let private midpoints count =
    Array.init count (fun i -> (float i + 0.5) / float count)

let private weights count = Array.create count (1.0 / float count)

let private brownian count : Matrix<float> =
    let nodes = midpoints count
    Matrix<float>.Build.Dense(count, count, fun i j -> min nodes[i] nodes[j])

[<Fact>]
let ``the expansion of min(s, t) has sines`` () =
    let count = 400
    let expansion = Mercer.onGrid (weights count) (brownian count)

    for j in 1..8 do
        let omega = (float j - 0.5) * Math.PI
        // the midpoint rule errs by a part of (omega / count)^2
        let tolerance = (omega / float count) ** 2.0
        Golden.close 0.0 tolerance (1.0 / (omega * omega)) expansion.Eigenvalues[j - 1]
        let sines = midpoints count |> Array.map (fun t -> sqrt 2.0 * sin (omega * t))
        let found = expansion.Eigenfunctions.Column(j - 1).ToArray()
        let sign = float (sign (found[count / 7] * sines[count / 7]))
        Array.iter2 (fun a b -> Golden.close (10.0 * tolerance) 0.0 a (sign * b)) sines found

[<Property(MaxTest = 20)>]
let ``the expansion is orthonormal, sums to the kernel and gives its norms`` (seed: int) =
    let count = 1 + Draw.below 7 0L (Seed.ofInt seed)
    let points = Draw.normalMatrix (Seed.ofInt seed) count 3

    let weights =
        Draw.uniformsBetween 0.1 1.0 (Seed.split "weights" (Seed.ofInt seed)) count

    let gram = GramMatrix.ofKernel (KernelRidge.gaussian 1.0) points
    let expansion = Mercer.onGrid weights gram

    let products: Matrix<float> =
        expansion.Eigenfunctions.TransposeThisAndMultiply(
            expansion.Eigenfunctions.MapIndexed(fun i _ value -> weights[i] * value)
        )

    let identity = Matrix<float>.Build.DenseIdentity count
    Assert.True((products - identity).FrobeniusNorm() < 1e-12)
    Assert.True((Mercer.partialSum count expansion - gram).FrobeniusNorm() < 1e-12)
    // the trace is the integral of K(x, x)
    Golden.close 1e-13 1e-13 (Array.sum weights) (Array.sum expansion.Eigenvalues)
    // a section has the squared norm K(x, x)
    let smallest = Array.last expansion.Eigenvalues
    let norm = Mercer.normSquared count expansion (gram.Row(0).ToArray())
    Golden.close (1e-14 / smallest) 0.0 gram[0, 0] norm
