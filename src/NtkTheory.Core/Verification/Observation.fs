namespace NtkTheory.Verification

open System
open NtkTheory.Claims
open NtkTheory.Numerics

/// What was seen at one instance.
type Observation = {
    Measured: Estimate
    Bound: Estimate
    /// Distance to the bound, positive on the claimed side; for equalities minus the difference.
    Slack: Estimate
    /// Measured / bound for inequalities, difference / radius for equalities: 1 is the edge.
    Tightness: float
    /// The enclosures are disjoint on the wrong side, or the exact tail is below the level.
    Violated: bool
    /// The radius is small against the numbers, so that a difference could have been seen.
    Decided: bool
}

/// One number against its bound.
module Observation =

    let private finite radius =
        if Double.IsFinite radius then radius else 0.0

    /// The distance to the bound with its radius. For an equality it is minus the difference, so that a
    /// negative slack beyond the radius is a violation for all three relations.
    let slack relation measured bound =
        let value =
            match relation with
            | AtMost -> bound.Value - measured.Value
            | AtLeast -> measured.Value - bound.Value
            | Equals -> -abs(measured.Value - bound.Value)

        Estimate.within (finite measured.Radius + finite bound.Radius) value

    let private ratio (larger: float) (smaller: float) =
        if smaller > 0.0 then
            larger / smaller
        // No ratio says how near a bound of 0 or below is: the difference in units of the numbers does.
        elif larger = smaller then
            1.0
        else
            1.0 + (larger - smaller) / max (abs larger) (abs smaller)

    /// Measured / bound, or bound / measured for lower bounds; for equalities difference / radius.
    let tightness relation measured bound (slack: Estimate) =
        match relation with
        | AtMost -> ratio measured.Value bound.Value
        | AtLeast -> ratio bound.Value measured.Value
        | Equals when slack.Value = 0.0 -> 0.0
        | Equals -> -slack.Value / slack.Radius

    /// An instance whose radius exceeds a tenth of the numbers on it could not have shown a 10 % error.
    let private resolution = 0.1

    /// The measured number against the bound.
    let compare relation measured bound =
        if not (Estimate.isNumber measured && Estimate.isNumber bound) then
            raise (
                ArithmeticException
                    $"measured {measured.Value} against bound {bound.Value} is not a comparison of numbers"
            )

        let slack = slack relation measured bound
        let straddles = abs slack.Value <= slack.Radius

        {
            Measured = measured
            Bound = bound
            Slack = slack
            Tightness = tightness relation measured bound slack
            Violated = Estimate.upper slack < 0.0
            Decided =
                not straddles
                || slack.Radius <= resolution * max (abs measured.Value) (abs bound.Value)
        }
