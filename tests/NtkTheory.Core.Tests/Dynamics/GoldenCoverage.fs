/// Which test meets which golden value of dynamics.json. A value without a test is one that nothing checks.
module NtkTheory.Core.Tests.Dynamics.GoldenCoverage

open NtkTheory.Core.Tests
open Xunit

/// Ids with the test that meets them, by name so that a test that is gone no longer compiles.
let private covered = [
    nameof SharpnessGoldenTests.``errors of descent on a quadratic``, [ "sharpness/gd-stability#1" ]
    nameof SharpnessGoldenTests.``descent ends below the edge where the flow ends beyond it``,
    [ "sharpness/edge-of-stability#2"; "sharpness/edge-of-stability#4" ]
    nameof SharpnessGoldenTests.``the gap to the edge is near twice the step size``,
    [ "sharpness/edge-of-stability#5" ]
    nameof QuadraticGoldenTests.``the solution to first order``,
    [ "quadratic/first-order-solution#1"; "quadratic/first-order-solution#2" ]
    nameof QuadraticGoldenTests.``the whole flow and its distance to first order``,
    [ "quadratic/first-order-solution#5" ]
    nameof QuadraticGoldenTests.``the first-order coefficient along the flow``, [ "quadratic/theta1-flow#1" ]
    nameof FlowGoldenTests.``catapult trajectories of the network and of the recursion``,
    [ "catapult/recursion-residual#1"; "catapult/recursion-residual#2" ]
    nameof FlowGoldenTests.``the kernel's first step and the printed form beside it``,
    [ "catapult/recursion-ntk#1" ]
    nameof CatapultGoldenTests.``trajectory, peak and end of a phase``, [ "catapult/phases#1" ]
    nameof CatapultGoldenTests.``the critical solution, in closed form and by descent``,
    [ "catapult/critical#1" ]
    nameof CatapultGoldenTests.``a narrow network diverges in the lazy phase of wide ones``,
    [ "catapult/phase-lazy#1" ]
    nameof CatapultGoldenTests.``a label shifts the threshold of divergence``,
    [ "catapult/threshold-finite-width#1" ]
    nameof DiagonalNetworkTests.``q and its derivative meet the golden values``,
    [ "implicit-bias/q-function#1" ]
    nameof DiagonalNetworkTests.``minimizer meets the golden values``,
    [
        for number in [ 2; 3; 4; 5; 7; 8; 9; 10; 11; 13; 14; 16 ] -> $"implicit-bias/q-alpha#{number}"
    ]
    nameof DiagonalNetworkTests.``excess of the l1 norm meets the golden values``,
    [ "implicit-bias/l1-minimiser#1"; "implicit-bias/l1-minimiser#2" ]
    nameof FlowGoldenTests.``the potential at small scales``, [ "implicit-bias/l1-limit#1" ]
    nameof LimitGoldenTests.``a tie between l1 minimizers is broken by the entropy``,
    [ "implicit-bias/l1-tie-break#1" ]
    nameof LimitGoldenTests.``a tie between two coordinates is broken alike at every scale``,
    [ "implicit-bias/l1-tie-break#2" ]
    nameof
        LimitGoldenTests
            .``the distance to the weighted l2 minimizer falls like the fourth power of the scale``,
    [ "implicit-bias/l2-minimiser#2" ]
    nameof LimitGoldenTests.``the loss 1/u does not lead to the separator``, [ "margin/loss-class#1" ]
    nameof HardMarginTests.``separator meets the golden values``,
    [ for number in 2..6 -> $"margin/kkt#{number}" ]
    nameof FlowGoldenTests.``the flow on orthogonal points``, [ "margin/direction-rate#1" ]
    nameof FlowGoldenTests.``limit vectors``, [ "margin/limit-vector#1"; "margin/limit-vector#2" ]
    nameof FlowGoldenTests.``the flow on degenerate points``, [ "margin/degenerate-loglog#1" ]
    nameof FlowGoldenTests.``the loss along the flow``, [ "margin/loss-to-zero#1" ]
    nameof SgdStationaryTests.``the stationary law meets the golden values``,
    [ for number in [ 1; 2; 3; 5 ] -> $"sgd/stationary-covariance#{number}" ]
    nameof SgdStationaryTests.``the covariance under additive noise meets the golden value``,
    [ "sgd/lyapunov#1" ]
    nameof SgdStationaryTests.``the second moment of a batch meets the golden values``,
    [ "sgd/second-moment-formula#1" ]
    nameof SgdStationaryTests.``the noise at the minimum meets the golden values``,
    [ "sgd/noise-proportional-hessian#1"; "sgd/noise-proportional-hessian#2" ]
    nameof SgdStationaryTests.``the walk with two step sizes meets the golden values``,
    [ for number in 1..3 -> $"sgd/challenge-chain#{number}" ]
    nameof SgdStationaryTests.``the lazy walk meets the golden value``, [ "sgd/ito-density#1" ]
    nameof NoisyValleyTests.``the stationary variance and its lower bounds meet the golden values``,
    [ "sgd/variance-lower-bound#1" ]
    nameof NoisyValleyTests.``the drift of the trace and its leading order meet the golden values``,
    [ "sgd/entropic-force#1" ]
    nameof WidthsTests.``entropy numbers of cubes meet the golden values``, [ "widths/entropy-exact#1" ]
    nameof WidthsTests.``entropy bounds of ellipsoids meet the golden values``,
    [ for number in 1..4 -> $"widths/entropy-ellipsoid-bounds#{number}" ]
    nameof WidthsTests.``stable widths of an ellipsoid meet the golden values``,
    [ "widths/stable-width-exact#1" ]
    nameof WidthsTests.``bits of the multiscale bound meet the golden values``,
    [ "widths/entropy-le-stable-nolog#1" ]
    nameof WidthsTests.``width and entropy number of an interval meet the golden values``,
    [ "widths/carl-rate#1" ]
    nameof WidthsTests.``dimensions of random projections meet the golden values``, [ "widths/jl#1" ]
    nameof WidthsTests.``deviations of a chi variable meet the golden values``, [ "widths/jl#2" ]
    nameof WidthsTests.``the cross of l1 shrinks by its golden value``, [ "widths/jl#4" ]
    nameof WidthsTests.``contractions need the golden dimensions``, [ "widths/jl-linear-contraction#1" ]
    nameof WidthsTests.``three sign vectors do not extend, as in the golden value``, [ "widths/kirszbraun#1" ]
]

[<Fact>]
let ``every golden value has a test`` () =
    let known = covered |> List.collect snd |> set
    Assert.Empty(Golden.ids "dynamics" |> List.filter (known.Contains >> not))

[<Fact>]
let ``every id of the list is in the file`` () =
    let file = set (Golden.ids "dynamics")
    Assert.Empty(covered |> List.collect snd |> List.filter (file.Contains >> not))
