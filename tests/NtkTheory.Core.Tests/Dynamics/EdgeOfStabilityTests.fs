module NtkTheory.Core.Tests.Dynamics.EdgeOfStabilityTests

open NtkTheory.Core.Tests
open NtkTheory.Models
open NtkTheory.Testing
open Xunit

let private pointOf (x: sbyte) (y: sbyte) = {
    X = float x / 64.0
    Y = float y / 64.0
}

/// The loss is a polynomial of degree 4 along each axis and 8 along the diagonal; differences over 1e-3 are derivatives
/// to about 1e-6 of the numbers around, which stay below 1e4.
[<Property(MaxTest = 60, Replay = "17,19")>]
let ``a step and the Hessian are those of differences of the loss`` (x: sbyte, y: sbyte) =
    let p, h = pointOf x y, 1e-3

    let at dx dy =
        EdgeOfStability.loss { X = p.X + dx * h; Y = p.Y + dy * h }

    let near expected actual = Golden.close 2e-2 1e-4 expected actual
    let next = EdgeOfStability.step 1.0 p
    near ((at 1.0 0.0 - at -1.0 0.0) / (2.0 * h)) (p.X - next.X)
    near ((at 0.0 1.0 - at 0.0 -1.0) / (2.0 * h)) (p.Y - next.Y)
    let hessian = EdgeOfStability.hessian p
    near ((at 1.0 0.0 - 2.0 * at 0.0 0.0 + at -1.0 0.0) / (h * h)) hessian[0, 0]
    near ((at 0.0 1.0 - 2.0 * at 0.0 0.0 + at 0.0 -1.0) / (h * h)) hessian[1, 1]
    near ((at 1.0 1.0 - at 1.0 -1.0 - at -1.0 1.0 + at -1.0 -1.0) / (4.0 * h * h)) hessian[0, 1]

[<Property(MaxTest = 60, Replay = "17,19")>]
let ``steps multiply the difference of squares by their factor`` (x: sbyte, y: sbyte, b: byte) =
    let p, eta = pointOf x y, float b / 2048.0
    let next = EdgeOfStability.step eta p
    let difference (p: ValleyPoint) = p.X * p.X - p.Y * p.Y
    // squares below 1e3 that cancel, some dozens of roundings
    Golden.close 1e-10 1e-10 (difference p * EdgeOfStability.balanceFactor eta p) (difference next)

[<Fact>]
let ``minima have the sharpness of their distance to the centre`` () =
    for x in [ 0.5; 1.0; 3.0 ] do
        let p = { X = x; Y = 1.0 / x }
        Golden.close 0.0 1e-12 (4.0 * (p.X * p.X + p.Y * p.Y)) (EdgeOfStability.sharpness p)
        Golden.close 0.0 1e-12 (EdgeOfStability.sharpness p) (EdgeOfStability.flowSharpness p)

[<Fact>]
let ``the saddle stays and large steps leave`` () =
    Assert.Equal(None, EdgeOfStability.descend 0.1 1e-20 0 1000 { X = 0.0; Y = 0.0 })
    // from the notes of the catalog's golden runs
    Assert.Equal(None, EdgeOfStability.descend 0.1 1e-20 1000 100000 { X = sqrt 22.5; Y = 0.05 })
    // a minimum is its own end, after no step
    Assert.Equal(Some({ X = 1.0; Y = 1.0 }, 1), EdgeOfStability.descend 0.1 1e-20 0 10 { X = 1.0; Y = 1.0 })
