namespace NtkTheory.Claims

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Sampling

/// The side of the bound on which the measured number must lie.
type Relation =
    | AtMost
    | AtLeast
    | Equals

/// A condition without which a claim says nothing: an instance that breaks it is not applicable.
type Hypothesis<'I> = { Name: string; Holds: 'I -> bool }

/// A condition on a whole data set, with the rows that break it.
type DataHypothesis = {
    Name: string
    /// The file's numbers of the offending rows; none where the condition holds.
    Offenders: Dataset -> int list
}

/// How a claim that quantifies over data takes its instances from a file.
type DataUse<'I> = {
    Requires: DataHypothesis list
    /// Instances made of subsamples of the data set.
    Draw: Dataset -> Arbitrary<'I>
}

/// What is known of the spread of one draw, which decides how far a mean may stray.
[<RequireQualifiedAccess>]
type Tail =
    /// Draws are Gaussian, or means of so many that they pass for it: the normal quantile.
    | Gaussian
    /// Draws lie in an interval of this length: Bernstein's inequality.
    | Bounded of range: float
    /// Nothing but the variance is known: median of means.
    | FiniteVariance

/// The stated spread of one draw of an expectation claim.
type Spread = {
    /// Exact or an upper bound, in the square of the measured unit.
    Variance: float
    Tail: Tail
    /// The relative error of the claim that the budget must be able to see; larger means refused beforehand.
    Resolution: float
}

/// The scales at which a rate is measured.
type Ladder<'I> = {
    /// Widths, times or other scales, increasing, at least five; positive.
    Scales: float list
    /// The instance at a scale.
    At: 'I -> float -> 'I
    /// Draws at each scale; 1 where the measurement is not random.
    Replicates: int
}

/// What kind of truth is claimed, and so how it is judged.
type Kind<'I> =
    /// Holds for each instance.
    | Deterministic
    /// Both sides are equal for each instance.
    | Identity
    /// Fails with at most the given probability, for each instance, over the draws.
    | Probabilistic of failure: ('I -> float)
    /// The mean over the draws stands in the relation to the bound.
    | Expectation of ('I -> Spread)
    /// The order of growth in the scale (the exponent, as `Bound` gives it) stands in the relation to it.
    | Rate of Ladder<'I>
    /// The draws follow the law with this distribution function, up to the distance that `Bound` gives.
    | Law of cdf: ('I -> float -> float)

/// How much of the budget one evaluation of a claim is worth, as factors on its counts.
type Effort = { Instances: float; Draws: float }

/// A statement in the form in which it can be judged.
type Claim<'I> = {
    /// Generator and shrinker of small structured instances; the big arrays are made from them.
    Instances: Arbitrary<'I>
    /// Neighbours of an instance, for the climb towards the bound.
    Vary: 'I -> Gen<'I>
    /// How a claim about data uses a data set; None where it does not quantify over data.
    Data: DataUse<'I> option
    Hypotheses: Hypothesis<'I> list
    /// The left side, by simulation, linear algebra or quadrature. The seed makes the draw; deterministic
    /// claims ignore it and take their randomness from the instance.
    Measured: 'I -> Seed -> Estimate
    Relation: Relation
    /// The right side. It shares no formula with `Measured`.
    Bound: 'I -> Estimate
    Kind: Kind<'I>
    Effort: Effort
    /// The instance in words, small enough to read.
    Describe: 'I -> string
}

/// A broken version of a claim, which the same budget must refute.
type Control<'I> = {
    /// What it breaks: a tightened constant, a dropped hypothesis, the printed form.
    Breaks: string
    /// How often one draw of it fails, at the least; 1 for claims that are not probabilistic.
    Rate: float
    Claim: Claim<'I>
}

/// Hypotheses on instances.
module Hypothesis =

    /// A named condition.
    let named name holds : Hypothesis<'I> = { Name = name; Holds = holds }

/// Starting points of claims; what an entry adds is set with `with`.
module Claim =

    /// A claim of the given kind over the given instances: no hypotheses, no data, and the climb takes fresh
    /// instances until `Vary` is set.
    let create kind relation (instances: Arbitrary<'I>) measured bound = {
        Instances = instances
        Vary = fun _ -> instances.Generator
        Data = None
        Hypotheses = []
        Measured = measured
        Relation = relation
        Bound = bound
        Kind = kind
        Effort = { Instances = 1.0; Draws = 1.0 }
        Describe = InstanceText.ofValue
    }

    /// Measured at most the bound, for each instance.
    let atMost instances measured bound =
        create Deterministic AtMost instances (fun i _ -> measured i) bound

    /// Measured at least the bound, for each instance.
    let atLeast instances measured bound =
        create Deterministic AtLeast instances (fun i _ -> measured i) bound

    /// Both sides equal, for each instance.
    let identity instances measured bound =
        create Identity Equals instances (fun i _ -> measured i) bound

    /// Measured at most the bound but for the given probability of failure, for each instance.
    let probably failure instances measured bound =
        create (Probabilistic failure) AtMost instances measured bound

    /// The mean of the draws equals the bound.
    let expectation spread instances measured bound =
        create (Expectation spread) Equals instances measured bound

    /// The order of the measured number in the scale stands in the relation to the order that `bound` gives.
    let rate ladder relation instances measured bound =
        create (Rate ladder) relation instances measured bound

    /// The draws follow the law, up to the Kolmogorov distance that `bound` gives (zero for an exact law).
    let law cdf instances measured bound =
        create (Law cdf) AtMost instances measured bound

    /// The same claim with the named hypothesis dropped.
    let without name (claim: Claim<'I>) = {
        claim with
            Hypotheses = claim.Hypotheses |> List.filter (fun h -> h.Name <> name)
    }

/// Broken versions of claims.
module Control =

    /// A control that fails on at least one instance, or for probabilistic claims in all draws of one.
    let create breaks claim = {
        Breaks = breaks
        Rate = 1.0
        Claim = claim
    }

    /// A control of a probabilistic claim of which one draw fails with at least the given probability.
    let failing rate breaks claim = {
        Breaks = breaks
        Rate = rate
        Claim = claim
    }

    /// The claim with its bound multiplied by a factor.
    let scaled factor (claim: Claim<'I>) =
        create $"bound multiplied by %g{factor}" {
            claim with
                Bound = claim.Bound >> Estimate.scale factor
        }

    /// The claim with another bound.
    let bound breaks bound (claim: Claim<'I>) =
        create breaks { claim with Bound = bound }

    /// The claim without one of its hypotheses, over instances that break it.
    let without name (instances: Arbitrary<'I>) (claim: Claim<'I>) =
        create $"dropped: {name}" {
            Claim.without name claim with
                Instances = instances
                Vary = fun _ -> instances.Generator
        }
