/// Stable step sizes and the edge of stability: lecture 10/5 of the notes.
module NtkTheory.Catalog.Dynamics.StabilityEdge

open FsCheck
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

let private lecture = notes "10/5"

/// Descent on a quadratic of given curvatures in a random basis.
type QuadraticDescent = {
    Curvatures: float list
    /// eta lambda_max.
    Scaled: float
    Steps: int
    Seed: int
}

let private descents =
    let generator =
        gen {
            let! count = Gen.choose (1, 5)

            let! curvatures =
                Gen.listOfLength count (Gen.elements [ 0.0; 0.1; 0.5; 1.0; 2.0; 4.0 ])

            let! scaled = Gen.oneof [ between 0.1 3.0; Gen.constant 2.0; between 1.9 2.1 ]
            let! steps = Gen.choose (1, 60)
            let! seed = Points.seeds

            return {
                Curvatures = curvatures
                Scaled = scaled
                Steps = steps
                Seed = seed
            }
        }

    let shrink (item: QuadraticDescent) =
        seq {
            for k in 0 .. item.Curvatures.Length - 1 do
                if item.Curvatures.Length > 1 then
                    yield {
                        item with
                            Curvatures = List.removeAt k item.Curvatures
                    }

            for steps in fewer 1 item.Steps do
                yield { item with Steps = steps }

            for scaled in simplerPositive item.Scaled do
                yield { item with Scaled = scaled }
        }

    Arb.fromGenShrink (generator, shrink)

let private largest (item: QuadraticDescent) = List.max item.Curvatures

let private stepSize item = item.Scaled / largest item

let private isCurved =
    Hypothesis.named "one curvature is positive" (fun item -> largest item > 0.0)

/// I - eta H, H = Q diag(h) Q^T with a random orthogonal Q.
let private iteration (item: QuadraticDescent) =
    let n = item.Curvatures.Length
    let gaussian: Matrix<float> = Draw.normalMatrix (Seed.ofInt item.Seed) n n
    let basis = gaussian.QR().Q
    let h = Matrix<float>.Build.DenseOfDiagonalArray(Array.ofList item.Curvatures)

    Matrix<float>.Build.DenseIdentity n
    - (basis * h * basis.Transpose()).Multiply(stepSize item)

let descentIsStableBelowTwoOverTheSharpness: Theorem<QuadraticDescent> =
    let factor curvatures (item: QuadraticDescent) =
        curvatures |> List.map (fun h -> abs (1.0 - stepSize item * h)) |> List.max

    // each of the steps multiplies errors by at most the factor max(1, ...) and adds n^2 roundings
    let rounded (item: QuadraticDescent) value =
        let n = item.Curvatures.Length
        let growth = max 1.0 (factor item.Curvatures item)
        Estimate.rounded (item.Steps * (40 * n * n + 40)) (4.0 * growth ** float item.Steps) value

    let measured item =
        let step = iteration item

        Seq.replicate item.Steps step
        |> Seq.reduce (fun (power: Matrix<float>) next -> power * next)
        |> fun power -> rounded item (power.L2Norm())

    let bound curvatures (item: QuadraticDescent) =
        rounded item (factor (curvatures item.Curvatures) item ** float item.Steps)

    let vary (item: QuadraticDescent) =
        gen {
            let! scaled = between 0.1 3.0
            return { item with Scaled = scaled }
        }

    let claim = {
        Claim.identity descents measured (bound id) with
            Vary = vary
            Hypotheses = [ isCurved ]
    }

    theorem
        (entry
            "sharpness/gd-stability"
            Proved
            Exact
            (lecture "sharpness and step size")
            "descent on a quadratic is stable for step sizes up to 2/sharpness and for no others"
            @"$\theta_{t+1}=(I-\eta H)\theta_t$, $H\succeq0$ with eigenvalues $h_i$: the worst start grows by $\|(I-\eta H)^t\|=\max_i|1-\eta h_i|^t$, bounded in $t$ iff $\eta\le2/\lambda_{max}$; every start converges to its part in the null space of $H$ iff $\eta<2/\lambda_{max}$."
            "left: the norm of the product of t steps in a random basis; right: the curvatures that the basis was given. The edge eta lambda_max = 2 is among the instances. Radius: some n^2 roundings in each step, amplified by the steps."
            "For quadratic losses only: networks may converge at up to 4/lambda_0 (catapult/phase-catapult-sum).")
        claim
        [
            Control.bound "the largest curvature alone" (bound (fun h -> [ List.max h ])) claim
            Control.bound
                "stable for every step size"
                (fun item -> Estimate.exact (min 1.0 (bound id item).Value))
                claim
        ]

/// A start on the loss (x^2 y^2 - 1)^2/2 and a step size.
type ValleyStart = { StepSize: float; X: float; Y: float }

let private startOf (item: ValleyStart) : ValleyPoint = { X = item.X; Y = item.Y }

/// Starts far out on one axis, where the flow would end at a sharpness of some times 2/eta.
let private valleyStarts lowest highest =
    let generator =
        gen {
            let! eta = betweenLog 0.02 0.2
            let! ratio = between lowest highest
            let! y = between 0.05 0.3

            // 4 x^2 is about the sharpness at which the flow ends
            return {
                StepSize = eta
                X = sqrt (ratio / (2.0 * eta))
                Y = y
            }
        }

    Arb.fromGen generator

/// More than a thousand steps, as in the golden runs, so that no start counts as settled.
let private settled (item: ValleyStart) =
    EdgeOfStability.descend item.StepSize 1e-20 1000 200000 (startOf item)

let private settles =
    Hypothesis.named "descent settles" (fun item -> (settled item).IsSome)

/// On the way each step shrinks |x^2 - y^2|.
let private staysTame =
    Hypothesis.named "2 eta |x y (x^2 y^2 - 1)| < sqrt(2) on the way" (fun item ->
        let steps = settled item |> Option.fold (fun _ (_, steps) -> steps) 0

        Seq.unfold (fun p -> Some(p, EdgeOfStability.step item.StepSize p)) (startOf item)
        |> Seq.truncate steps
        |> Seq.forall (fun p -> abs (EdgeOfStability.balanceFactor item.StepSize p) < 1.0 + 1e-12))

let descentEndsBelowTheFlowAndTheEdge: Theorem<ValleyStart> =
    // a loss of 1e-20 leaves an error of 1e-10 in x y, and the sharpness moves by some hundred times that
    let near value = nearly 1e-7 value value

    let measured item =
        match settled item with
        | Some(reached, _) -> near (EdgeOfStability.sharpness reached)
        | None -> Estimate.within infinity 0.0

    let bound flowShare edge (item: ValleyStart) =
        let flow = flowShare * EdgeOfStability.flowSharpness (startOf item)
        near (min flow (edge / item.StepSize))

    let claim = {
        Claim.atMost (valleyStarts 0.3 1.6) measured (bound 1.0 2.0) with
            Hypotheses = [ settles; staysTame ]
            Effort = { Instances = 0.4; Draws = 1.0 }
    }

    theorem
        (entry
            "sharpness/edge-of-stability-valley"
            Proved
            Tight
            (added "10/5" "a loss with an edge of stability")
            "descent on (x^2 y^2 - 1)^2/2 ends no sharper than the flow, and no sharper than 2/eta"
            @"$L=\tfrac12(x^2y^2-1)^2$, minima of sharpness $4(x^2+y^2)$. Where descent settles, $S_{end}\le\min\big(G,\tfrac2\eta\big)$, $G=4\sqrt{(x_0^2-y_0^2)^2+4}$ the sharpness at which the flow from the same start ends."
            "the largest eigenvalue of the Hessian after more than 1000 steps, at a loss below 1e-20."
            "A step multiplies x^2 - y^2 by 1 - 4 eta^2 (x^2 y^2 - 1)^2 x^2 y^2, which the flow keeps; and a minimum sharper than 2/eta repels all but a null set of runs. For G > 2/eta the end is just below 2/eta: (2/eta - S_end)/eta tends to 2 (fitted, not proved).")
        claim
        [
            Control.bound "3/4 of the flow's sharpness" (bound 0.75 2.0) claim
            Control.bound "the edge at 1.9/eta" (bound 1.0 1.9) claim
        ]

/// eta S_end of a random start beyond the edge, at step size 0.05.
let private edge seed =
    let draws = Draw.uniformsBetween 0.0 1.0 seed 2

    let start: ValleyPoint = {
        X = sqrt ((1.1 + 0.4 * draws[0]) / 0.1)
        Y = 0.05 + 0.1 * draws[1]
    }

    match EdgeOfStability.descend 0.05 1e-20 1000 200000 start with
    // the end is known to 1e-10 in x y
    | Some(reached, _) -> nearly 1e-7 2.0 (0.05 * EdgeOfStability.sharpness reached)
    | None -> Estimate.within infinity 0.0

let descentSharpensUpToTheEdge =
    Observed(
        entry
            "sharpness/edge-of-stability"
            Empirical
            Loose
            (lecture "sharpness (Cohen et al., Edge of Stability)")
            "the sharpness grows until it is 2/eta"
            @"During training at a fixed step size $\lambda_{max}(\nabla^2L)$ grows until $\lambda_{max}\approx2/\eta$."
            "descent on (x^2 y^2 - 1)^2/2 at eta = 0.05 from a random start at which the flow would end 1.1 to 1.5 times as sharp as 2/eta."
            "False as a law: with square loss the Hessian of a linear model is constant. What can be proved of the loss above is sharpness/edge-of-stability-valley.",
        {
            Figure = "eta times the sharpness at the end (2 is the edge)"
            Run = edge
        }
    )

let bestStepIsInTheCatapultPhase =
    Stated(
        entry
            "sharpness/best-eta-catapult"
            Empirical
            Loose
            (lecture "large learning rates (Lewkowycz et al.)")
            "the best step size lies in the catapult phase"
            @"At a fixed number of steps on CIFAR10 the test accuracy is best for an $\eta$ with $2/\lambda_{max}<\eta<C_*/\lambda_{max}$."
            "not computed."
            "A statement on the test accuracy of particular networks on particular data: no theorem, and nothing that this catalog could compute.",
        "nothing to compute: an observation on test accuracy"
    )

/// In the order of the lecture.
let all = [
    Theorem.pack descentIsStableBelowTwoOverTheSharpness
    descentSharpensUpToTheEdge
    Theorem.pack descentEndsBelowTheFlowAndTheEdge
    bestStepIsInTheCatapultPhase
]
