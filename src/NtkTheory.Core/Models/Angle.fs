namespace NtkTheory.Models

open System
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// The angle between two directions, kept from both ends: near 0 its own digits count, near pi those of its
/// supplement, and neither can be had from a rounded cosine.
[<Struct>]
type Angle = {
    /// The angle in radians, from 0 to pi.
    Theta: float
    /// pi minus the angle, with its own digits.
    Supplement: float
}

/// Making angles.
module Angle =

    /// The angle in radians, accurate away from pi.
    let ofTheta theta = {
        Theta = theta
        Supplement = Math.PI - theta
    }

    /// The angle by its supplement in radians, accurate near pi.
    let ofSupplement supplement = {
        Theta = Math.PI - supplement
        Supplement = supplement
    }

    /// The angle whose cosine is 1 - defect, accurate near 0 where the defect is.
    let ofDefect defect =
        if defect <= 1.0 then
            ofTheta (2.0 * asin (sqrt (0.5 * max 0.0 defect)))
        else
            ofSupplement (2.0 * asin (sqrt (0.5 * max 0.0 (2.0 - defect))))

    /// The angle of a cosine, which rounding may have carried out of [-1, 1]; half of the digits are lost near
    /// the ends.
    let ofCosine cosine =
        ofDefect (1.0 - min 1.0 (max -1.0 cosine))

    /// The cosine of the angle.
    let cosine angle =
        if angle.Theta <= angle.Supplement then
            cos angle.Theta
        else
            -cos angle.Supplement

    /// 1 - cosine, without cancellation.
    let defect angle =
        let half = sin (0.5 * angle.Theta)
        2.0 * half * half

    let private partsOf (p: Vector<float>) (q: Vector<float>) =
        LineDistance.parts p.Count (fun k -> p[k]) (fun k -> q[k])

    /// The vector by the power of 2 that brings its largest entry to [1, 2).
    let private scaled (p: Vector<float>) =
        let exponent = Math.ILogB(p.AbsoluteMaximum())
        p.Map(fun v -> Math.ScaleB(v, -exponent))

    /// Whether squares of the entries, and of what is 1e-16 of them, neither overflow nor vanish.
    let private isModerate (p: Vector<float>) =
        let largest = p.AbsoluteMaximum()
        largest > 1e-100 && largest < 1e100

    /// The angle between two vectors of any norm, by the parts of one across and along the other: to a few units in
    /// the last place of the smaller of angle and supplement, exactly 0 for equal and for opposite vectors. A zero
    /// vector is at a right angle to everything.
    let between (p: Vector<float>) (q: Vector<float>) =
        if p.AbsoluteMaximum() = 0.0 || q.AbsoluteMaximum() = 0.0 then
            ofTheta (0.5 * Math.PI)
        else
            let struct (across, along) =
                if isModerate p && isModerate q then
                    partsOf p q
                else
                    partsOf (scaled p) (scaled q)

            {
                Theta = Math.Atan2(across, along)
                Supplement = Math.Atan2(across, -along)
            }
