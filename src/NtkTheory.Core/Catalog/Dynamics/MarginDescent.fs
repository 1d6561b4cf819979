/// What gradient flow of the exponential loss does to loss, norm and alignment: lecture 11/14 of the notes.
module NtkTheory.Catalog.Dynamics.MarginDescent

open FsCheck.FSharp
open NtkTheory.Catalog.Dynamics.Sources
open NtkTheory.Catalog.Dynamics.SeparableData
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// Weights at which the flow of labelled points is looked at.
type Moment = {
    Data: Labelled
    /// |w|.
    Size: float
    /// w lies along the separator, or in a random direction.
    Aligned: bool
}

let private counts, dimensions = (1, 5), (1, 3)

let private moments =
    let data = instances SeparableData.origin counts dimensions

    let generator =
        gen {
            let! item = data.Generator
            let! size = between 0.1 4.0
            let! aligned = Gen.elements [ true; false ]

            return {
                Data = item
                Size = size
                Aligned = aligned
            }
        }

    let shrink moment =
        seq {
            for smaller in data.Shrinker moment.Data do
                yield { moment with Data = smaller }

            for size in simplerPositive moment.Size do
                yield { moment with Size = size }
        }

    Arb.fromGenShrink (generator, shrink)

let private varyMoment moment =
    gen {
        let! data = vary moment.Data
        return { moment with Data = data }
    }

let private dot a b =
    Array.fold2 (fun s x y -> s + x * y) 0.0 a b

let private hat moment = (separator moment.Data).Value.Weights

let private weights moment =
    let direction =
        if moment.Aligned then
            hat moment
        else
            Draw.normals (Seed.ofInt moment.Data.Points.Seed |> Seed.split "weights") (hat moment).Length

    direction |> Array.map (fun x -> x * moment.Size / norm direction)

let private velocity moment =
    MarginFlow.field (signed moment.Data) 0.0 (weights moment)

/// Rounding of sums of exponentials with exponents up to |w| B: each term is off by a few units in the last place
/// times one plus its exponent.
let private rounding moment scale value =
    let exponent = moment.Size * radius moment.Data
    Estimate.within (Estimate.gamma (int (20.0 + 4.0 * exponent)) * abs scale) value

let private largestSpeed moment =
    MarginFlow.loss (signed moment.Data) (weights moment) * radius moment.Data

let private isSeparated =
    Hypothesis.named isSeparable.Name (fun moment -> isSeparable.Holds moment.Data)

let private from relation measured bound = {
    Claim.create Deterministic relation moments (fun moment _ -> measured moment) bound with
        Vary = varyMoment
        Hypotheses = [ isSeparated ]
        Describe = fun moment -> $"{describe moment.Data}, |w| = %g{moment.Size}, aligned {moment.Aligned}"
}

let private entry id title statement number status method remark = {
    Id = $"margin/{id}"
    Title = title
    Statement = statement
    Source = notes "11/14" number
    Status = status
    Sharpness = Tight
    Method = method
    Remark = remark
}

let private alignmentSpeed target moment =
    let w = target moment
    rounding moment (largestSpeed moment * norm w) (dot w (velocity moment))

let alignmentWithTheSeparatorIncreases: Theorem<Moment> =
    let claim = from AtLeast (alignmentSpeed hat) (fun _ -> Estimate.exact 0.0)

    {
        Entry =
            entry
                "alignment-increases"
                "the flow always turns towards every separator"
                @"If $z_i\cdot w_*>0$ for all $i$, then $\frac{d}{dt}\,w_*\cdot w(t)=\sum_i e^{-z_i\cdot w}\,z_i\cdot w_*>0$."
                "alignment"
                Proved
                "left: the velocity of the flow at random weights against the separator; right: 0."
                "The same holds for every loss with a negative derivative."
        Claim = claim
        Controls = [
            Control.create "w_* separates nothing: its opposite" {
                claim with
                    Measured = fun moment _ -> alignmentSpeed (hat >> Array.map (fun x -> -x)) moment
            }
            Control.bound
                "faster than the loss times the longest point times |w_*|"
                (fun moment ->
                    rounding moment (largestSpeed moment) (1.01 * largestSpeed moment * norm (hat moment)))
                claim
        ]
    }

let private slowest exponent moment =
    let z = signed moment.Data
    let least = z |> Array.map (dot (hat moment)) |> Array.min

    let value =
        exp (-exponent * moment.Size * radius moment.Data) * float z.Length * least

    rounding moment value value

let boundedWeightsKeepAPositiveSpeed: Theorem<Moment> =
    let claim = from AtLeast (alignmentSpeed hat) (slowest 1.0)

    {
        Entry =
            entry
                "bounded-contradiction"
                "while |w| is at most R, alignment grows at a positive speed"
                @"If $|w|\le R$ and $|z_i|\le B$, then $\frac{d}{dt}\,w_*\cdot w\ge e^{-RB}\,n\,\min_i z_i\cdot w_*$."
                "contradiction of a bounded trajectory"
                Proved
                "left: the velocity of the flow against the separator; right: the bound at R = |w|."
                "With the logistic loss 1/(1 + e^{RB}) stands for e^{-RB}. Equality where all points agree and w lies along them."
        Claim = claim
        Controls = [ Control.bound "e^{-RB/2}" (slowest 0.5) claim; Control.scaled 1.5 claim ]
    }

let private normOf moment =
    Estimate.rounded 10 moment.Size (norm (weights moment))

let private logarithmOverLongest (longest: Moment -> float) moment =
    let z = signed moment.Data

    let value =
        log (float z.Length / MarginFlow.loss z (weights moment)) / longest moment

    rounding moment (moment.Size + 1.0) value

let smallLossNeedsLargeWeights: Theorem<Moment> =
    let claim =
        from AtLeast normOf (logarithmOverLongest (fun moment -> radius moment.Data))

    let shortest moment =
        signed moment.Data |> Array.map norm |> Array.min

    {
        Entry =
            entry
                "norm-diverges"
                "the norm is at least the logarithm of 1/loss over the longest point"
                @"$|w|\ge\frac1B\log\frac{n}{L(w)}$ for the exponential loss with $|z_i|\le B$; with $L(w(t))\to0$ the norm diverges."
                "the norm diverges"
                Proved
                "both sides at random weights and at weights along the separator."
                "Equality where all points agree and w lies along them."
        Claim = claim
        Controls = [
            Control.scaled 1.5 claim
            Control.bound "the shortest point in place of the longest" (logarithmOverLongest shortest) claim
        ]
    }

/// Labelled points and a time of the flow from zero.
let private timed =
    let data = instances SeparableData.origin counts dimensions

    let generator =
        gen {
            let! item = data.Generator
            let! time = between -2.0 14.0
            return item, time
        }

    let shrink (item, time) =
        seq {
            for smaller in data.Shrinker item do
                yield smaller, time
        }

    Arb.fromGenShrink (generator, shrink)

let lossFallsLikeOneOverTime: Theorem<Labelled * float> =
    let measured (item, logTime) =
        let z = signed item
        let weights = (separator item).Value.Weights
        let reached = MarginFlow.at 1e-11 z weights (Array.zeroCreate z[0].Length) logTime
        let loss = MarginFlow.loss z reached.State
        // an error e of w changes each exponent by at most B e
        Estimate.within (loss * (10.0 * reached.AccumulatedError * radius item + 1e-12)) loss

    let bound factor power (item: Labelled, logTime) =
        let margin = (separator item).Value.Margin
        let n = float item.Points.Count
        let value = 1.0 / (1.0 / n + factor * margin ** power * exp logTime)
        nearly 1e-10 value value

    let claim = {
        Claim.atMost timed measured (bound 1.0 2.0) with
            Hypotheses = [ Hypothesis.named isSeparable.Name (fst >> isSeparable.Holds) ]
            Effort = { Instances = 0.5; Draws = 1.0 }
            Describe = fun (item, time) -> $"{describe item}, log t = %g{time}"
    }

    {
        Entry =
            entry
                "loss-to-zero"
                "the exponential loss falls at least like 1/(gamma^2 t)"
                @"$L(t)\le\frac{1}{1/L(0)+\gamma^2t}$ with $\gamma$ the largest margin."
                "the loss tends to 0"
                Proved
                "left: the flow from 0 integrated in log t (Dormand and Prince, tolerance 1e-11); radius from its accumulated error. Right: the bound with the active-set solver's margin."
                "dL/dt = -|grad L|^2 and |grad L| >= gamma L. Equality for a single point."
        Claim = claim
        Controls = [
            Control.bound "4 gamma^2" (bound 4.0 2.0) claim
            Control.bound "2 gamma^2" (bound 2.0 2.0) claim
        ]
    }

let private squaredSpeed moment =
    let v = velocity moment
    rounding moment (largestSpeed moment ** 2.0) -(dot v v)

let private projection (divisor: float[] -> float) factor moment =
    let w = hat moment
    let value = -factor * dot w (velocity moment) ** 2.0 / divisor w
    rounding moment ((largestSpeed moment * norm w) ** 2.0 / divisor w) value

let private squared w = dot w w

let lossFallsFasterThanTheSquaredAlignmentSpeed: Theorem<Moment> =
    let claim = from AtMost squaredSpeed (projection (fun _ -> 1.0) 1.0)

    {
        Entry =
            entry
                "gradient-projection"
                "as printed: dL/dt is at most -(w_*.grad L)^2"
                @"$\frac{dL}{dt}\le-(w_*\cdot\nabla L)^2$ for a separator $w_*$."
                "the loss tends to 0, step"
                (FalseAsStated "margin/gradient-projection/repaired")
                "left: minus the squared gradient at random weights; right: the printed bound, w_* of functional margin 1."
                "Only for |w_*| <= 1: z = 1, w_* = 2 gives -e^{-2w} on the left and -4 e^{-2w} on the right. Divide by |w_*|^2."
        Claim = claim
        Controls = [ Control.scaled 2.0 claim; Control.scaled 4.0 claim ]
    }

let lossFallsFasterThanTheSquaredProjection: Theorem<Moment> =
    let claim = from AtMost squaredSpeed (projection squared 1.0)

    {
        Entry =
            entry
                "gradient-projection/repaired"
                "dL/dt is at most -(w_*.grad L)^2 / |w_*|^2"
                @"$\frac{dL}{dt}\le-\frac{(w_*\cdot\nabla L)^2}{|w_*|^2}$ for every $w_*\ne0$."
                "the loss tends to 0, step"
                (Repairs "margin/gradient-projection")
                "left: minus the squared gradient at random weights; right: the repaired bound, w_* of functional margin 1."
                "Cauchy-Schwarz; equality in one dimension."
        Claim = claim
        Controls = [
            Control.scaled 1.5 claim
            Control.bound "printed: without the division" (projection (fun _ -> 1.0) 1.0) claim
        ]
    }

let all = [
    Theorem.pack alignmentWithTheSeparatorIncreases
    Theorem.pack boundedWeightsKeepAPositiveSpeed
    Theorem.pack smallLossNeedsLargeWeights
    Theorem.pack lossFallsLikeOneOverTime
    Theorem.pack lossFallsFasterThanTheSquaredAlignmentSpeed
    Theorem.pack lossFallsFasterThanTheSquaredProjection
]
