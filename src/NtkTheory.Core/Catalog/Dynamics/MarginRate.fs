/// How fast gradient flow turns towards the separator: lecture 11/14 of the notes.
module NtkTheory.Catalog.Dynamics.MarginRate

open System
open FsCheck
open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Catalog.Dynamics.SeparableData
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

/// Labelled points and a time.
type FlowInstance = {
    Data: Labelled
    /// log t.
    LogTime: float
}

let private tolerance = 1e-11

let private origin z =
    Array.zeroCreate (Array.length (Array.head z))

let private withTimes (data: Arbitrary<Labelled>) low high =
    let generator =
        gen {
            let! item = data.Generator
            let! time = between low high
            return { Data = item; LogTime = time }
        }

    let shrink item =
        seq {
            for smaller in data.Shrinker item.Data do
                yield { item with Data = smaller }

            for time in simpler item.LogTime do
                if time >= low then
                    yield { item with LogTime = time }
        }

    Arb.fromGenShrink (generator, shrink)

let private varyFlow item =
    gen {
        let! data = vary item.Data
        return { item with Data = data }
    }

let private describeFlow item =
    $"{describe item.Data}, log t = %g{item.LogTime}"

/// What the asymptotics of one data set consist of.
type private Asymptotics = {
    Hat: float[]
    Limit: float[]
    /// Points off the support with their functional margins.
    Others: (float[] * float)[]
    Support: float[][]
}

let private asymptotics item =
    match separator item with
    | None -> None
    | Some found when found.Margin <= 0.05 * radius item -> None
    | Some found ->
        let z = signed item
        // margins of support points differ from 1 by rounding alone, amplified as the separator's
        let on = MarginFlow.support 1e-9 found.FunctionalMargins |> Set.ofArray

        let support = [|
            for i in 0 .. z.Length - 1 do
                if on.Contains i then
                    z[i]
        |]

        let others = [|
            for i in 0 .. z.Length - 1 do
                if not (on.Contains i) then
                    z[i], found.FunctionalMargins[i]
        |]

        MarginFlow.limitVector 1e-3 support found.Weights
        |> Option.map (fun limit -> {
            Hat = found.Weights
            Limit = limit
            Others = others
            Support = support
        })

let private isNondegenerate =
    Hypothesis.named
        "all support points have positive multipliers and the margin exceeds a twentieth of the longest point"
        (fun item -> (asymptotics item.Data).IsSome)

let private dot (a: float[]) b =
    Array.fold2 (fun s p q -> s + p * q) 0.0 a b

/// An upper bound on |r(t)| for all t >= 1, r = w - hat log t - w~, from r(1) and the points off the support.
let private remainderBound item facts =
    let z = signed item
    let first = (MarginFlow.at tolerance z facts.Hat (origin z) 0.0).State
    let atOne = Array.map2 (-) first facts.Limit

    let tail =
        facts.Others
        |> Array.sumBy (fun (zi, margin) -> exp -(dot facts.Limit zi) / (margin - 1.0))

    sqrt (dot atOne atOne + 2.0 / Math.E * tail)

let private directionErrorAt item =
    let z = signed item.Data
    let hat = (separator item.Data).Value.Weights
    let reached = MarginFlow.at tolerance z hat (origin z) item.LogTime
    // a step's error moves the direction by its ratio to |w|; ten for what the flow does to it afterwards
    nearly 1e-15 1.0 (MarginFlow.directionError reached.State hat)
    |> fun e -> Estimate.within (e.Radius + 10.0 * reached.AccumulatedError / norm reached.State) e.Value

let directionApproachesTheSeparatorAtLogarithmicRateRepaired: Theorem<FlowInstance> =
    let bound item =
        let facts = (asymptotics item.Data).Value
        let reach = norm facts.Limit + remainderBound item.Data facts

        nearly 1e-9 1.0 (2.0 * reach / (norm facts.Hat * item.LogTime))
        |> fun e -> Estimate.within (1e-9 * e.Value) e.Value

    let claim = {
        Claim.atMost
            (withTimes (instances SeparableData.origin (1, 6) (1, 3)) 2.0 40.0)
            directionErrorAt
            bound with
            Vary = varyFlow
            Hypotheses = [ isNondegenerate ]
            Data =
                Some {
                    Requires = []
                    Draw = fun data -> withTimes ((dataUse SeparableData.origin (1, 6)).Draw data) 2.0 40.0
                }
            Describe = describeFlow
    }

    {
        Entry = {
            Id = "margin/direction-rate/repaired"
            Title = "w/|w| is within 2|w~ + r|/(|w_hat| log t) of the separator for nondegenerate data"
            Statement =
                @"\Big|\frac{w(t)}{|w(t)|}-\frac{\hat w}{|\hat w|}\Big|\le\frac{2(|\tilde w|+R)}{|\hat w|\log t}\ (t>1),\quad e^{-z_i\cdot\tilde w}=a_i>0\ \forall i\in S=\{z_i\cdot\hat w=1\},\ \hat w=\sum_S a_i z_i,\quad R^2=|w(1)-\tilde w|^2+\frac2e\sum_{i\notin S}\frac{e^{-z_i\cdot\tilde w}}{z_i\cdot\hat w-1}"
            Source = notes "11/14" "Theorem (Soudry et al.), rate"
            Status = Repairs "margin/direction-rate"
            Sharpness = Loose
            Method =
                "the flow of the exponential loss from w(0) = 0 is integrated in log t, as w - w_hat log t, by an adaptive pair of orders 5 and 4 with tolerance 1e-11, up to t = e^40 (17 decades); w~ by Newton on its strictly convex function. Radius: ten times the accumulated local error."
            Remark =
                "Almost every data set is nondegenerate; then error times log t tends to a constant, see margin/direction-constant."
        }
        Claim = claim
        Controls = [
            Control.scaled 0.1 claim
            Control.bound
                "1/t in place of 1/log t"
                (fun item -> (let b = bound item in Estimate.scale (item.LogTime * exp -item.LogTime) b))
                claim
        ]
    }

/// Two points of which the second lies on the margin with multiplier zero: z_1 = (p, 0), z_2 = (p, q), turned by
/// an angle; or, in one case of five, two points in general position.
type PairOfPoints = {
    Along: float
    Across: float
    Degenerate: bool
    Angle: float
}

let private pair item =
    let turn (x, y) = [|
        x * cos item.Angle - y * sin item.Angle
        x * sin item.Angle + y * cos item.Angle
    |]

    let second =
        if item.Degenerate then
            item.Along, item.Across
        else
            item.Along / 2.0, item.Across

    let first =
        if item.Degenerate then
            item.Along, 0.0
        else
            item.Along / 2.0, -item.Across

    [| turn first; turn second |], turn ((if item.Degenerate then 1.0 else 2.0) / item.Along, 0.0)

let private pairs =
    let generator =
        gen {
            let! along = between 0.7 1.5
            let! across = between 0.7 1.5
            let! degenerate = Gen.frequency [ 4, Gen.constant true; 1, Gen.constant false ]
            let! angle = between 0.0 3.0

            return {
                Along = along
                Across = across
                Degenerate = degenerate
                Angle = angle
            }
        }

    let shrink item =
        seq {
            for p in simplerPositive item.Along do
                yield { item with Along = p }

            for q in simplerPositive item.Across do
                yield { item with Across = q }

            if item.Angle <> 0.0 then
                yield { item with Angle = 0.0 }
        }

    Arb.fromGenShrink (generator, shrink)

let private describePair item =
    let z, _ = pair item
    sprintf "z = (%.4g, %.4g) and (%.4g, %.4g), w(0) = 0" z[0].[0] z[0].[1] z[1].[0] z[1].[1]

/// A pair and the log-time to which it is followed.
type PairAtTime = { Pair: PairOfPoints; Until: float }

let private pairsAtTimes =
    let generator =
        pairs.Generator |> Gen.map (fun pair -> { Pair = pair; Until = 30.0 })

    Arb.fromGenShrink (
        generator,
        fun item -> pairs.Shrinker item.Pair |> Seq.map (fun pair -> { item with Pair = pair })
    )

let private pairError item =
    let z, hat = pair item.Pair
    let reached = MarginFlow.at 1e-9 z hat [| 0.0; 0.0 |] item.Until
    let error = MarginFlow.directionError reached.State hat
    // symmetric pairs go straight to the separator: rounding stands for zero
    Estimate.within (10.0 * reached.AccumulatedError / norm reached.State) (max error (1e-3 / item.Until))

let private direction order : Claim<PairAtTime> =
    let ladder = {
        Scales = [ 30.0; 100.0; 300.0; 1000.0; 3000.0 ]
        At = fun item scale -> { item with Until = scale }
        Replicates = 1
    }

    {
        Claim.rate ladder AtMost pairsAtTimes (fun item _ -> pairError item) (fun _ -> Estimate.exact order) with
            Effort = { Instances = 8.0; Draws = 1.0 }
            Describe = fun item -> describePair item.Pair
    }

let directionApproachesTheSeparatorAtLogarithmicRate: Theorem<PairAtTime> =
    let claim = direction -1.0

    {
        Entry = {
            Id = "margin/direction-rate"
            Title = "w/|w| - w_hat/|w_hat| is O(1/log t) for every separable data set"
            Statement = @"\Big|\frac{w(t)}{|w(t)|}-\frac{\hat w}{|\hat w|}\Big|=O\Big(\frac1{\log t}\Big)"
            Source = notes "11/14" "Theorem (Soudry et al.), rate"
            Status = FalseAsStated "margin/direction-rate/repaired"
            Sharpness = Tight
            Method =
                "order of the direction's error in s = log t over s = 30 to 3000 (t up to 10^1300), on pairs of points of which most are degenerate: the second lies on the margin with multiplier zero. The claim is an order of at most -1."
            Remark =
                "For z = (1,0), (1,1) and w(0) = 0 the path is exact: w_2 = log(1 + W(t)), w_1 = W(t) + log(1 + W(t)) with Lambert's W, so that error times log t grows like log log t: 0.80, 1.74, 3.02, 5.42 at t = 10, 1e3, 1e10, 1e100. The printed proof takes a w~ with e^{-z_i.w~} = a_i on the support, which does not exist when some a_i = 0."
        }
        Claim = claim
        Controls = [
            Control.create "order -2 in log t" (direction -2.0)
            Control.create "order -1.5 in log t" (direction -1.5)
        ]
    }

/// A degenerate right-angled pair (c, 0), (c, c), turned, and the time at which it is looked at.
type LambertInstance = {
    Scale: float
    Turn: float
    LogTime: float
}

let private lambertInstances =
    let generator =
        gen {
            let! scale = between 0.5 2.0
            let! angle = between 0.0 3.0
            let! time = Gen.oneof [ between -3.0 5.0; between 5.0 60.0; between 60.0 700.0 ]

            return {
                Scale = scale
                Turn = angle
                LogTime = time
            }
        }

    let shrink item =
        seq {
            for c in simplerPositive item.Scale do
                yield { item with Scale = c }

            if item.Turn <> 0.0 then
                yield { item with Turn = 0.0 }

            for s in simpler item.LogTime do
                yield { item with LogTime = s }
        }

    Arb.fromGenShrink (generator, shrink)

let degenerateFlowFollowsLambertsFunction: Theorem<LambertInstance> =
    let rotate angle (x, y) = [| x * cos angle - y * sin angle; x * sin angle + y * cos angle |]

    let measured item =
        let c = item.Scale
        let z = [| rotate item.Turn (c, 0.0); rotate item.Turn (c, c) |]
        let hat = rotate item.Turn (1.0 / c, 0.0)
        let reached = MarginFlow.at 1e-11 z hat [| 0.0; 0.0 |] item.LogTime
        let error = MarginFlow.directionError reached.State hat
        Estimate.within (1e-14 + 10.0 * reached.AccumulatedError / norm reached.State) error

    let angle across along = 2.0 * sin (atan2 across along / 2.0)

    let closed item =
        let w = LambertW.ofLog (item.LogTime + 2.0 * log item.Scale)
        w + log (1.0 + w), log (1.0 + w)

    let bound item =
        let along, across = closed item
        nearly (Estimate.gamma 50) 1.0 (angle across along)

    let claim = {
        Claim.identity lambertInstances measured bound with
            Effort = { Instances = 0.5; Draws = 1.0 }
    }

    {
        Entry = {
            Id = "margin/degenerate-loglog"
            Title = "the flow on (c,0), (c,c) follows Lambert's W exactly"
            Statement =
                @"z=(c,0),(c,c),\ w(0)=0:\quad c\,w_1=W(c^2t)+\log(1+W(c^2t)),\quad c\,w_2=\log(1+W(c^2t)),\quad W e^{W}=c^2t"
            Source = added "11/14" "exact degenerate trajectory"
            Status = Proved
            Sharpness = Exact
            Method =
                "left: the flow integrated in log t up to t = e^700 (304 decades), compared through the angle to the separator; right: Lambert's W by Newton from log t. Radius: ten times the accumulated local error over |w|."
            Remark =
                "The angle is log log t / log t to leading order: the counterexample to margin/direction-rate."
        }
        Claim = claim
        Controls = [
            Control.bound
                "w_2 = log W instead of log(1 + W)"
                (fun item ->
                    (let along, across = closed item in
                     nearly 1e-14 1.0 (angle (log (exp across - 1.0)) along)))
                claim
            Control.bound
                "w_1 = W"
                (fun item ->
                    (let along, across = closed item in nearly 1e-14 1.0 (angle across (along - across))))
                claim
            Control.create "W(t) for every c" {
                claim with
                    Bound = fun item -> bound { item with Scale = 1.0 }
            }
        ]
    }
