/// The exact recursion of the catapult: lecture 11/7 of the notes.
module NtkTheory.Catalog.Dynamics.CatapultRecursion

open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.CatapultData
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

let private roundings (item: NetworkStep) = 20 * (item.Width * item.Dimension + 10)

let private rounded item value =
    Estimate.rounded (roundings item) (stepScale item) value

let private claimOf measured bound = {
    Claim.identity networkSteps (fun item -> rounded item (measured item)) (fun item ->
        rounded item (bound item)) with
        Vary = varyNetwork
        Hypotheses = [ isAwake ]
}

let residualFollowsTheRecursion: Theorem<NetworkStep> =
    let measured (item: NetworkStep) =
        Catapult.output (Catapult.step item.StepSize item.Label (network item))
        - item.Label

    let formula kappa (item: NetworkStep) =
        let start = Catapult.state (network item)
        let r = start.Output - item.Label

        r
        * (1.0 - item.StepSize * start.Kernel
           + kappa * item.StepSize ** 2.0 * start.Output * r)

    let kappa item = Catapult.kappa (network item)
    let claim = claimOf measured (fun item -> formula (kappa item) item)

    {
        Entry = {
            Id = "catapult/recursion-residual"
            Title = "the residual of gradient descent follows an exact recursion"
            Statement =
                @"r_{t+1}=r_t\big(1-\eta\lambda_t+\kappa\eta^2 z_t r_t\big),\qquad r=z-y,\ \kappa=\frac{|x|^2}{md}"
            Source = notes "11/7" "recursion (1)"
            Status = Proved
            Sharpness = Exact
            Method =
                "left: one step of gradient descent on all m(d+1) weights of the network with frozen gates; right: the recursion from output and kernel alone. Radius: 20 roundings per weight of the magnitudes that cancel."
            Remark = "The scan of the notes reads kappa as |x|^2/(n delta); it is |x|^2/(md)."
        }
        Claim = claim
        Controls = [
            Control.create "without the term of order eta^2" (claimOf measured (formula 0.0))
            Control.create
                "kappa = |x|^2/m"
                (claimOf measured (fun item -> formula (kappa item * float item.Dimension) item))
        ]
    }

let kernelFollowsTheRecursion: Theorem<NetworkStep> =
    let measured (item: NetworkStep) =
        Catapult.kernel (Catapult.step item.StepSize item.Label (network item))

    let formula last (item: NetworkStep) =
        let start = Catapult.state (network item)
        let r = start.Output - item.Label
        let kappa = Catapult.kappa (network item)

        start.Kernel
        + item.StepSize
          * kappa
          * (item.StepSize * start.Kernel * r * r - last start.Output r)

    let claim = claimOf measured (formula (fun z r -> 4.0 * z * r))

    {
        Entry = {
            Id = "catapult/recursion-ntk"
            Title = "the tangent kernel of gradient descent follows an exact recursion"
            Statement =
                @"\lambda_{t+1}=\lambda_t+\eta\kappa r_t^2\Big[\eta\lambda_t-\frac{4z_t}{z_t-y}\Big]=\lambda_t+\eta\kappa\,(\eta\lambda_t r_t^2-4z_t r_t)"
            Source = notes "11/7" "recursion (2)"
            Status = Proved
            Sharpness = Exact
            Method =
                "left: the squared gradient norm after one step of gradient descent on all weights; right: the recursion, in product form without a division by r. Radius: 20 roundings per weight of the magnitudes that cancel."
            Remark =
                "Misprint: the notes have 4/(z - y) where 4 z/(z - y) is right; for m = d = 1, x = 1, u = 2, v = 1, y = 0, eta = 1/4 the kernel is 9/4 and the printed form gives 17/4. The printed form is a control."
        }
        Claim = claim
        Controls = [
            Control.create "printed: 4/(z - y)" (claimOf measured (formula (fun _ r -> 4.0 * r)))
            Control.create "2 z/(z - y)" (claimOf measured (formula (fun z r -> 2.0 * z * r)))
        ]
    }

/// Networks whose label is 0.
let private unlabelledSteps =
    Arb.fromGenShrink (
        networkSteps |> Arb.toGen |> Gen.map (fun item -> { item with Label = 0.0 }),
        Arb.toShrink networkSteps
    )

let private next (item: NetworkStep) =
    Catapult.step item.StepSize item.Label (network item)

let scaledPairFollowsAMapWithoutParameters: Theorem<NetworkStep> =
    let scaled (item: NetworkStep) (state: CatapultState) =
        let kappa = Catapult.kappa (network item)
        item.StepSize * state.Kernel, kappa * (item.StepSize * state.Output) ** 2.0

    let start item =
        scaled item (Catapult.state (network item))

    // a' and b' are sums and products of what their formulas show, each of N roundings
    let near item (a', b') =
        let a, b = start item
        let magnitudes = 2.0 * (a + b * (a + 4.0) + 2.0 * b * (1.0 + a + b) ** 2.0)
        Estimate.rounded (2 * roundings item) magnitudes (a' + cos 1.0 * b')

    let measured (item: NetworkStep) =
        near item (scaled item (Catapult.state (next item)))

    let map drift power item =
        let a, b = start item
        near item (a + b * (a - drift), b * (1.0 - a + b) ** power)

    let claim = {
        Claim.identity unlabelledSteps measured (map 4.0 2.0) with
            Vary = varyNetwork
            Hypotheses = [ isAwake; Hypothesis.named "y = 0" (fun item -> item.Label = 0.0) ]
    }

    {
        Entry = {
            Id = "catapult/normalised-map"
            Title = "without a label, descent is a map of the plane without parameters"
            Statement =
                @"y=0,\ a=\eta\lambda,\ b=\kappa\eta^2z^2:\qquad(a,b)\mapsto\big(a+b(a-4),\ b(1-a+b)^2\big),\qquad0\le b\le a^2/4"
            Source = added "11/7" "normalised map"
            Status = Proved
            Sharpness = Exact
            Method =
                "left: a' + cos(1) b' after one step of gradient descent on all weights; right: the map. Radius: 40 roundings per weight of the magnitudes that cancel."
            Remark =
                "Width, step size and input enter through a and b alone; the region 0 <= b <= a^2/4 is kept."
        }
        Claim = claim
        Controls = [
            Control.bound "2 in place of 4" (map 2.0 2.0) claim
            Control.bound "b (1 - a + b)" (map 4.0 1.0) claim
            Control.without "y = 0" networkSteps claim
        ]
    }

let stepsScaleTwoModesByThemselves: Theorem<NetworkStep> =
    let mode (sign: float) (kappa: float) (state: CatapultState) =
        state.Kernel + sign * 2.0 * sqrt kappa * state.Output

    let both item plus minus = rounded item (plus + 3.0 * minus)

    let measured (item: NetworkStep) =
        let kappa, state = Catapult.kappa (network item), Catapult.state (next item)
        both item (mode 1.0 kappa state) (mode -1.0 kappa state)

    let formula (sign: float) power (item: NetworkStep) =
        let network = network item
        let kappa, state = Catapult.kappa network, Catapult.state network
        let pull = sign * item.StepSize * sqrt kappa * (state.Output - item.Label)

        both
            item
            (mode 1.0 kappa state * (1.0 - pull) ** power)
            (mode -1.0 kappa state * (1.0 + pull) ** power)

    let claim = {
        Claim.identity networkSteps measured (formula 1.0 2.0) with
            Vary = varyNetwork
            Hypotheses = [ isAwake ]
    }

    {
        Entry = {
            Id = "catapult/two-modes"
            Title = "descent multiplies each of two modes by a square"
            Statement =
                @"s^\pm=\lambda\pm2\sqrt\kappa\,z:\qquad s^\pm_{t+1}=s^\pm_t\,\big(1\mp\eta\sqrt\kappa\,r_t\big)^2,\qquad r=z-y"
            Source = added "11/7" "recursion in its modes"
            Status = Proved
            Sharpness = Exact
            Method =
                "left: the sum of one mode and three times the other after one step of gradient descent on all weights; right: the formula. Radius: 20 roundings per weight of the magnitudes that cancel."
            Remark =
                "The modes are |P + Q|^2 and |P - Q|^2, P_i = s_i |x| v_i/sqrt(md), Q_i = s_i u_i.x/sqrt(md). Both recursions of the notes at once, for every label; neither mode can change its sign, so lambda >= 2 sqrt(kappa) |z| at all times."
        }
        Claim = claim
        Controls = [
            Control.bound "without the square" (formula 1.0 1.0) claim
            Control.bound "the modes exchanged" (formula -1.0 2.0) claim
        ]
    }

/// In the order of the lecture.
let all = [
    Theorem.pack residualFollowsTheRecursion
    Theorem.pack kernelFollowsTheRecursion
    Theorem.pack scaledPairFollowsAMapWithoutParameters
    Theorem.pack stepsScaleTwoModesByThemselves
]
