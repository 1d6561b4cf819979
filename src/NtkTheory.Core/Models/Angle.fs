namespace NtkTheory.Models

open System
open MathNet.Numerics.LinearAlgebra

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

    /// The angle between two vectors of any norm: twice the arctangent of chord over antipodal chord of the unit
    /// vectors (Kahan), exact on the diagonal; a zero vector is at a right angle to everything.
    let between (p: Vector<float>) (q: Vector<float>) =
        let mutable chord = 0.0
        let mutable antichord = 0.0
        let normP = p.L2Norm()
        let normQ = q.L2Norm()

        if normP = 0.0 || normQ = 0.0 then
            ofTheta (0.5 * Math.PI)
        else
            for i in 0 .. p.Count - 1 do
                let u = p[i] / normP
                let v = q[i] / normQ
                chord <- chord + (u - v) * (u - v)
                antichord <- antichord + (u + v) * (u + v)

            {
                Theta = 2.0 * Math.Atan2(sqrt chord, sqrt antichord)
                Supplement = 2.0 * Math.Atan2(sqrt antichord, sqrt chord)
            }
