/// Spectra of the Hessian, the Gauss-Newton matrix and the tangent kernel: lecture 11/7 of the notes.
module NtkTheory.Catalog.Dynamics.CatapultSpectrum

open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.CatapultData
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

let private lecture = notes "11/7"

/// The largest eigenvalue minus the magnitudes of all others.
let private spectrum (item: NetworkStep) (matrix: Matrix<float>) =
    let values =
        (matrix.Evd Symmetricity.Symmetric).EigenValues
        |> Seq.map _.Real
        |> Array.ofSeq
        |> Array.sortDescending

    // eigenvalues of a symmetric matrix are wrong by its norm times some roundings per row, each of the n alike
    let count = matrix.RowCount
    let norm = values |> Seq.map abs |> Seq.max

    Estimate.rounded
        (20 * count * count + 20 * item.Width * item.Dimension)
        (norm + stepScale item)
        (values[0] - Array.sumBy abs values[1..])

let private small =
    networkSteps
    |> Arb.toGen
    |> Gen.map (fun item -> {
        item with
            Width = 1 + item.Width % 5
            Dimension = 1 + item.Dimension % 3
    })
    |> fun generator -> Arb.fromGenShrink (generator, Arb.toShrink networkSteps)

let private sameSpectrum matrix =
    let kernel (item: NetworkStep) =
        Estimate.rounded
            (20 * (item.Width * item.Dimension + 10))
            (stepScale item)
            (Catapult.kernel (network item))

    {
        Claim.identity small (fun item -> spectrum item (matrix item)) kernel with
            Vary = varyNetwork
            Hypotheses = [ isAwake ]
    }

let private hessian (item: NetworkStep) =
    Catapult.lossHessian item.Label (network item)

let hessianAndKernelAreIsospectralAsPrinted: Theorem<NetworkStep> =
    theorem
        (entry
            "catapult/isospectral"
            (FalseAsStated "catapult/isospectral/repaired")
            Exact
            (lecture "interpretation of the catapult phase")
            "the Hessian of the loss and the tangent kernel have the same nonzero eigenvalues, as printed"
            @"\operatorname{spec}\big(\nabla_\theta^2\ell\big)\setminus\{0\}=\operatorname{spec}(\lambda)\setminus\{0\}"
            "left: the largest eigenvalue of the Hessian minus the magnitudes of all others, on all m(d+1) weights; right: the kernel, which has one eigenvalue."
            "The Hessian is grad z (grad z)^T + r times the Hessian of z, and only the first part has the spectrum of the kernel. For m = d = 1, x = u = v = 1, y = 0 the Hessian has the eigenvalues -1 and 3, the kernel is 2.")
        (sameSpectrum hessian)
        [
            Control.create
                "a half of the residual's part"
                (sameSpectrum (fun item -> (hessian item + Catapult.gaussNewton (network item)).Multiply 0.5))
            Control.scaled 0.5 (sameSpectrum hessian)
        ]

let gaussNewtonAndKernelAreIsospectral: Theorem<NetworkStep> =
    let gaussNewton item = Catapult.gaussNewton (network item)
    let claim = sameSpectrum gaussNewton

    theorem
        (entry
            "catapult/isospectral/repaired"
            (Repairs "catapult/isospectral")
            Exact
            (lecture "interpretation of the catapult phase")
            "the Gauss-Newton matrix and the tangent kernel have the same nonzero eigenvalues"
            @"\operatorname{spec}\big(\nabla_\theta z\,(\nabla_\theta z)^T\big)\setminus\{0\}=\operatorname{spec}\big((\nabla_\theta z)^T\nabla_\theta z\big)\setminus\{0\}=\{\lambda\}"
            "left: the largest eigenvalue of the Gauss-Newton matrix minus the magnitudes of all others; right: the kernel."
            "It is the Hessian of the loss where the residual is zero.")
        claim
        [
            Control.create "the Hessian off zero residual" (sameSpectrum hessian)
            Control.create "twice the matrix" (sameSpectrum (fun item -> (gaussNewton item).Multiply 2.0))
        ]

/// Printed and repaired.
let all = [
    Theorem.pack hessianAndKernelAreIsospectralAsPrinted
    Theorem.pack gaussNewtonAndKernelAreIsospectral
]
