/// Which test meets which golden value of kernels.json. A value without a test is one that nothing checks.
module NtkTheory.Core.Tests.Kernels.GoldenCoverage

open NtkTheory.Core.Tests
open NtkTheory.Core.Tests.Prediction
open Xunit

/// Ids with the test that meets them, by name so that a test that is gone no longer compiles.
let private covered = [
    nameof KernelGoldenTests.``arc-cosine kernel of degree one``, [ "kernel/arccos1" ]
    nameof KernelGoldenTests.``kernels of vectors of any norm``, [ "kernel/non-unit-norm" ]
    nameof KernelGoldenTests.``power series of the kernel of degree zero``, [ "kernel/power-series" ]
    nameof KernelGoldenTests.``tangent Gram matrix of three points``, [ "gram/Hcts-3-points" ]
    nameof KernelGoldenTests.``feature Gram matrix of three points``, [ "gram/feature-relu-3-points" ]
    nameof KernelGoldenTests.``independent antipodal pairs are positive definite``,
    [ "gram/antipodal-independent-pairs" ]
    nameof KernelGoldenTests.``dependent antipodal pairs are singular``, [ "gram/antipodal-dependent-pairs" ]
    nameof KernelGoldenTests.``Hermite coefficients``,
    [
        for name in [ "relu"; "step"; "exp"; "tanh"; "sigmoid"; "gelu" ] -> $"hermite/{name}"
    ]
    nameof KernelGoldenTests.``deep tangent kernels of ReLU``,
    [ for u in [ "1.0"; "0.6"; "0.5"; "0.0"; "-1.0" ] -> $"ntk/relu-depth/u={u}" ]
    nameof KernelGoldenTests.``exact supremum of the ReLU linearization``, [ "linearization/relu-exact-sup" ]
    nameof KernelGoldenTests.``exact supremum over two points``,
    [
        for radius in [ "0.45"; "0.95" ] -> $"linearization/relu-two-point-sup/B={radius}"
    ]
    nameof KernelGoldenTests.``asymptotic constants of the suprema``, [ "linearization/relu-sup-constants" ]
    nameof KernelGoldenTests.``bounds of the ReLU linearization``, [ "linearization/relu-bound" ]
    nameof KernelGoldenTests.``quadratic activations attain the smooth bound``,
    [ "linearization/smooth-tight-quadratic" ]
    nameof KernelGoldenTests.``tangent kernel of a network of four neurons``, [ "kernel/finite-width" ]
    nameof KernelGoldenTests.``kernel at zero weights depends on the value of the derivative there``,
    [ "kernel/taylor-at-zero" ]
    nameof KernelGoldenTests.``worst case of the Gram matrix of two points``,
    [ "gram/perturbation-worst-case" ]
    nameof KernelGoldenTests.``Gaussian anticoncentration and binomial tails``,
    [ "gram/anticoncentration"; "gram/perturbation-tail-constants" ]
    nameof KernelGoldenTests.``counts of small preactivations have exact tails``,
    [ "anti-concentration/count" ]
    nameof WidthGoldenTests.``widths of theorem 7 for one point``, [ "two-layer/theorem7-thresholds-n1" ]
    nameof WidthGoldenTests.``the supremum over a ball of a tanh network``,
    [ "linearization/smooth-exact-sup" ]
    nameof GramGoldenTests.``dual kernels in closed form``, [ "hermite/mehler-closed-forms" ]
    nameof GramGoldenTests.``opposite points make the Gram matrix of an odd activation singular``,
    [ "gram/antipodal-odd-activation" ]
    nameof GramGoldenTests.``two antipodal pairs make the Gram matrix of the sigmoid singular``,
    [ "gram/antipodal-sigmoid" ]
    nameof GramGoldenTests.``Gershgorin's certificate on every Hadamard power``,
    [ "gram/hermite-certificate" ]
    nameof GramGoldenTests.``independent columns span a volume though the rows are dependent``,
    [ "gram/rows-vs-columns" ]
    nameof GramGoldenTests.``what the kernel of merging points does``, [ "concentration/kernel-rate" ]
    nameof GramGoldenTests.``Fourier coefficients on the circle and on the slice``,
    [ "kernel/universality-fourier" ]
    nameof GramGoldenTests.``iterates of the tent``, [ "depth-separation/iterates" ]
    nameof GramGoldenTests.``covariances and derivatives of an erf network``, [ "nngp/erf-recursion" ]
    nameof GramGoldenTests.``susceptibilities of tanh and ReLU``,
    [ "nngp/susceptibility-tanh"; "nngp/susceptibility-relu" ]
    nameof TrainingGoldenTests.``one step of descent, taken apart``, [ "two-layer/one-gd-step" ]
    nameof TrainingGoldenTests.``a step on a point of norm 2``, [ "two-layer/claim14-needs-unit-norm" ]
    nameof TrainingGoldenTests.``the flow on one point goes twice as far as Lemma 5 prints``,
    [ "two-layer/lemma5-counterexample" ]
    nameof TrainingGoldenTests.``the only active neuron switches off``, [ "two-layer/lemma6-counterexample" ]
    nameof TrainingGoldenTests.``sums of powers of the rate``, [ "two-layer/lemma8-geometric-sum" ]
    nameof TrainingGoldenTests.``outputs at the start``, [ "two-layer/claim10-initial-residual" ]
    nameof TrainingGoldenTests.``second moments of the outer weights``, [ "initialization/second-moments" ]
    nameof TrainingGoldenTests.``forms of the rate recap``, [ "linearization/recap-rates" ]
    nameof TrainingGoldenTests.``every neuron is near the hyperplane of the point 0``,
    [ "anti-concentration/count-x-zero" ]
    nameof TrainingGoldenTests.``both parts of the kernel of one hidden layer``, [ "ntk/one-hidden-gram" ]
    nameof TrainingGoldenTests.``the kernel of moved neurons``, [ "smooth-activation/lemma1-perturbation" ]
    nameof TrainingGoldenTests.``one sine goes further than Lemma 2 prints``,
    [ "smooth-activation/lemma2-counterexample" ]
    nameof
        TrainingGoldenTests
            .``three neurons go further than Lemma 2 prints though the kernel starts at lambda_0``,
    [ "smooth-activation/lemma2-counterexample-with-K0" ]
    nameof TrainingGoldenTests.``the loss decays at the rate of the least eigenvalue over m``,
    [ "smooth-activation/loss-decay" ]
    nameof TrainingGoldenTests.``negative weights are flat local minima``, [ "relu/bad-local-min" ]
    nameof DescentGoldenTests.``contraction of descent on a quadratic``, [ "learning-rate/contraction" ]
    nameof DescentGoldenTests.``rates of a unit with nine inputs``, [ "learning-rate/width-scaling" ]
    nameof DescentGoldenTests.``second moments under three schedules``,
    [ "learning-rate/noisy-second-moment" ]
    nameof DescentGoldenTests.``gradients along stochastic descent``, [ "sgd/critical-point-rate" ]
    nameof DescentGoldenTests.``a scaled model trains like its linearization``, [ "lazy/chizat-bach-scalar" ]
    nameof DescentGoldenTests.``a step of descent in the coordinates of the output``,
    [ "dynamics/coordinate-change" ]
    nameof DescentGoldenTests.``a positive kernel without descent``, [ "convergence/pd-but-no-descent" ]
    nameof DescentGoldenTests.``the chain rule in the scale and in the point``, [ "calculus/chain-rule" ]
    nameof DescentGoldenTests.``the inner product is no strictly positive kernel``,
    [ "kernel/strict-positivity-counterexample" ]
    nameof DescentGoldenTests.``the Gaussian kernel on three points of the line``, [ "kernel/gaussian-gram" ]
    nameof DescentGoldenTests.``primal and dual ridge regression``, [ "krr/push-through" ]
    nameof DescentGoldenTests.``values and norm of a combination of sections``, [ "rkhs/reproducing" ]
    nameof DescentGoldenTests.``where the flow ends, and the norm of the interpolant``,
    [ "flow/kernel-gradient-flow"; "flow/kernel-gradient-flow-nonzero-init" ]
    nameof KernelDynamicsTests.``outputs of the flow on the points``, [ "flow/kernel-gradient-flow" ]
    nameof KernelDynamicsTests.``outputs of the flow at a new point, for both losses``,
    [ "flow/kernel-gradient-flow" ]
    nameof KernelDynamicsTests.``the flow from another start``, [ "flow/kernel-gradient-flow-nonzero-init" ]
    nameof KernelDynamicsTests.``steps of gradient descent``, [ "flow/kernel-gradient-descent" ]
]

[<Fact>]
let ``every golden value of the kernels has a test`` () =
    let known = covered |> List.collect snd |> set
    Assert.Empty(Golden.ids "kernels" |> List.filter (known.Contains >> not))

[<Fact>]
let ``every id of the list is in the file`` () =
    let file = set (Golden.ids "kernels")
    Assert.Empty(covered |> List.collect snd |> List.filter (file.Contains >> not))
