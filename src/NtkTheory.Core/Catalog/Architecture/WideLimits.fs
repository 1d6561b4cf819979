/// Wide nets as Gaussian processes (lecture of 9/21).
module NtkTheory.Catalog.Architecture.WideLimits

open System
open FsCheck
open FsCheck.FSharp
open MathNet.Numerics
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// A ReLU net of equal hidden widths without biases, C_w = 2, at one input with K^(1) = 1.
type WideNet = { Width: int; Depth: int }

let private wideNets (low, high) =
    let generator =
        gen {
            let! width = Gen.choose (low, high)
            let! depth = Gen.choose (1, 3)
            return { Width = width; Depth = depth }
        }

    Arb.fromGenShrink (
        generator,
        (fun i -> Shapes.smaller 1 i.Depth |> Seq.map (fun d -> { i with Depth = d }))
    )

/// The output by layers: each layer is drawn given the mean square of the one below, which is exact in law.
let private output (i: WideNet) seed =
    let next k layer =
        let z = Draw.normals (Seed.at layer seed) i.Width
        2.0 / float i.Width * k * Array.sumBy (fun t -> max 0.0 t ** 2.0) z

    let k = Seq.fold next 1.0 (seq { 1 .. i.Depth })
    Estimate.exact (sqrt k * (Draw.normals (Seed.split "output" seed) 1)[0])

let private normalCdf variance x =
    0.5 * SpecialFunctions.Erfc(-x / sqrt (2.0 * variance))

/// N(0, a) and N(0, b) differ by at most 0.121 |ln(a/b)|, so by 0.168 |a/b - 1| for a >= b/2; below that by 1/2, which
/// happens with probability 4 Var/b^2. With the exact relative variance (1 + 5/n)^L - 1 of the random variance.
let private mixtureDistance (i: WideNet) =
    let relative = (1.0 + 5.0 / float i.Width) ** float i.Depth - 1.0
    Estimate.exact (0.168 * sqrt relative + 2.0 * relative)

/// The output of a wide net is Gaussian in the limit.
let outputOfAWideNetIsGaussian =
    let claim = {
        Claim.law (fun _ -> normalCdf 1.0) (wideNets (300, 900)) output mixtureDistance with
            Effort = { Instances = 1.0; Draws = 0.5 }
    }

    {
        Entry = {
            page
                "nngp/theorem"
                "Wide random nets are Gaussian processes"
                @"For $s$ polynomially bounded and Gaussian weights, as $n_1, .., n_L \to \infty$ the outputs at fixed inputs converge in law to $N(0, K^{(L+1)}), iid$ over output neurons. For ReLU at He initialization the Kolmogorov distance is at most $0.168 v^{1/2} + 2 v, v = \prod(1 + 5/n_l) - 1$."
                (orfAfter "Neal 1996; Lee et al. 2018; Hanin 2023" "9/21" "Theorem")
                "Left: outputs of ReLU nets of width 300 to 900, one input, each layer drawn given the one below. Right: the normal law of variance K^{(L+1)}, up to the stated distance of scale mixtures." with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.create "variance 16 K" {
                claim with
                    Kind = Law(fun _ -> normalCdf 16.0)
            }
            Control.create "a half-normal law" {
                claim with
                    Kind = Law(fun _ x -> if x < 0.0 then 0.0 else 2.0 * normalCdf 1.0 x - 1.0)
            }
        ]
    }

/// A covariance S = A A^T by the whole entries of A, and two whole vectors.
type Forms = {
    A: int list list
    U: int list
    V: int list
}

let private forms =
    let generator =
        gen {
            let! d = Gen.choose (1, 4)
            let! a = Gen.listOfLength d (Gen.listOfLength d (Gen.choose (-3, 3)))
            let! u = Shapes.point d
            let! v = Shapes.point d
            return { A = a; U = u; V = v }
        }

    Arb.fromGenShrink (generator, (fun i -> Shapes.lower 0 i.U |> Seq.map (fun u -> { i with U = u })))

let private inner x y = List.map2 (*) x y |> List.sum

/// S_jk.
let private entry i j k = inner i.A[j] i.A[k]

let private quadratic i u v =
    Seq.sum (
        seq {
            for j in 0 .. List.length u - 1 do
                for k in 0 .. List.length u - 1 -> List.item j u * List.item k v * entry i j k
        }
    )

/// E e^{-i X.u} = exp(-u^T S u / 2).
let gaussianCharacteristicFunctionIsExponential =
    let small i = 0.02 * float (quadratic i i.U i.U)

    let measured i =
        let spread = sqrt (small i)
        GaussianExpectation.estimate 1.0 0.0 [] (fun z -> cos (spread * z))

    let formula half i =
        let value = exp (-half * small i)
        Estimate.rounded 8 1.0 value

    let claim = Claim.identity forms measured (formula 0.5)

    {
        Entry =
            page
                "nngp/gaussian-charfun"
                "The characteristic function of a Gaussian vector"
                @"X ~ N(\mu, S) has E e^{-i X \cdot \xi} = e^{-i \mu \cdot \xi - \xi^T S \xi/2}."
                (orf "9/21" "Recall (2)")
                "Left: quadrature of cos over the law of X.xi with xi = u/sqrt 50, mean 0. Right: the exponential."
        Claim = claim
        Controls = [
            Control.bound "without the factor 1/2" (formula 1.0) claim
            Control.bound "a quarter" (formula 0.25) claim
        ]
    }

/// Cov(X.u, X.v) = u^T S v.
let linearFormsHaveBilinearCovariance =
    let measured i =
        let image (w: int list) =
            List.init w.Length (fun k -> Seq.sum (Seq.init w.Length (fun j -> i.A[j][k] * w[j])))

        Estimate.exact (float (inner (image i.U) (image i.V)))

    let claim =
        Claim.identity forms measured (fun i -> Estimate.exact (float (quadratic i i.U i.V)))

    {
        Entry =
            page
                "nngp/linear-forms-cov"
                "Linear forms of a Gaussian vector"
                @"For X ~ N(0, S): (X \cdot u, X \cdot v) is Gaussian with covariance u^T S v."
                (orf "9/21" "Recall")
                "Left: X = A g for a standard g and S = A A^T: the inner product of A^T u and A^T v. Right: the double sum; both in whole numbers."
        Claim = claim
        Controls = [
            Control.bound "u.v" (fun i -> Estimate.exact (float (inner i.U i.V))) claim
            Control.bound "the variance of X.u" (fun i -> Estimate.exact (float (quadratic i i.U i.U))) claim
        ]
    }

/// Excess of the characteristic function at width n: depth, C_w k in tenths, frequency in tenths.
type Frequency = {
    Width: int
    TenthsVariance: int
    TenthsXi: int
}

let private frequencies =
    let generator =
        gen {
            let! width = Gen.choose (1, 20)
            let! variance = Gen.choose (10, 30)
            let! xi = Gen.choose (8, 15)

            return {
                Width = width
                TenthsVariance = variance
                TenthsXi = xi
            }
        }

    Arb.fromGenShrink (
        generator,
        (fun (i: Frequency) -> Shapes.smaller 1 i.Width |> Seq.map (fun n -> { i with Width = n }))
    )

/// phi_n(xi) = (1/2 + (1 + xi^2 v/n)^{-1/2}/2)^n for one hidden ReLU layer, v = C_w K^(1), no bias.
let private charfun (i: Frequency) xi =
    let n = float i.Width
    let v = float i.TenthsVariance / 10.0
    (0.5 + 0.5 / sqrt (1.0 + xi * xi * v / n)) ** n

let private limitCharfun (i: Frequency) xi =
    exp (-xi * xi * float i.TenthsVariance / 40.0)

let private xi i = float i.TenthsXi / 10.0

let private batch = 64

/// Two outputs of one hidden layer: E cos(0.6 xi z_1 + 0.8 xi z_2) = phi_n(xi), cos^2 = (1 + cos 2)/2.
let outputsMixGaussiansOverTheRandomCovariance =
    let spread i =
        let mean = charfun i (xi i)

        {
            Variance = ((1.0 + charfun i (2.0 * xi i)) / 2.0 - mean * mean) / float batch
            Tail = Tail.Bounded(2.0 / float batch)
            Resolution = 0.1
        }

    let measured i seed =
        let one k =
            let draws = Draw.normals (Seed.at k seed) (3 * i.Width)
            let v = float i.TenthsVariance / 10.0

            let act j =
                sqrt v * max 0.0 draws[j] / sqrt (float i.Width)

            let z shift =
                Seq.sumBy (fun j -> act j * draws[shift + j]) (seq { 0 .. i.Width - 1 })

            cos (xi i * (0.6 * z i.Width + 0.8 * z (2 * i.Width)))

        Estimate.rounded 100 1.0 (Seq.averageBy one (seq { 0 .. batch - 1 }))

    let claim = {
        Claim.expectation spread frequencies measured (fun i ->
            Estimate.rounded (10 * i.Width) 1.0 (charfun i (xi i))) with
            Effort = { Instances = 1.0; Draws = 0.5 }
    }

    let gaussianAt i =
        let v = float i.TenthsVariance / 10.0
        Estimate.exact (exp (-(xi i) ** 2.0 * v / 2.0))

    {
        Entry = {
            page
                "nngp/charfun-representation"
                "Given the last hidden layer the outputs are Gaussian: their law is a mixture"
                @"$E e^{-i \sum_j z_j \cdot \xi_j} = E \exp(-\tfrac12 \sum_j \xi_j^T \hat K \xi_j)$, the sum over output neurons $j = 1..n_{out}, \hat K$ the random covariance. For one hidden ReLU layer and one input it is $(\tfrac12 + \tfrac12 (1 + |\xi|^2 C_w K^{(1)}/n)^{-1/2})^n$."
                (orf "9/21" "Step 1")
                "Left: the mean of cos(xi_1 z_1 + xi_2 z_2) over random nets with two outputs. Right: the mixture in closed form; cos is bounded with an exact variance." with
                Remark = "The notes print n_L for the number of output neurons."
        }
        Claim = claim
        Controls = [
            Control.bound "ReLU not halving the variance" gaussianAt claim
            Control.bound
                "the two outputs independent"
                (fun i -> Estimate.exact (charfun i (0.6 * xi i) * charfun i (0.8 * xi i)))
                {
                    claim with
                        // wide nets have outputs that are nearly independent
                        Instances = frequencies |> Arb.filter (fun i -> i.Width <= 2)
                }
        ]
    }

/// phi_n - phi is of order 1/n.
let characteristicFunctionsConvergeAtRateOneOverN =
    let ladder = {
        Scales = [ 64.0; 256.0; 1024.0; 4096.0; 16384.0; 65536.0 ]
        At = fun (i: Frequency) scale -> { i with Width = int scale }
        Replicates = 1
    }

    let gap i _ =
        Estimate.exact (charfun i (xi i) - limitCharfun i (xi i))

    let claim =
        Claim.rate ladder Equals frequencies gap (fun _ -> Estimate.within 0.01 -1.0)

    {
        Entry =
            page
                "nngp/charfun-convergence"
                "The characteristic function of the output converges at rate 1/n"
                @"One hidden ReLU layer, K^{(1)} = k: \varphi_n(\xi) = e^{-\xi^2 C_b/2}(\tfrac12 + \tfrac12(1 + \xi^2 C_w k/n)^{-1/2})^n \to e^{-\xi^2 (C_b + C_w k/2)/2}, and n(\varphi_n - \varphi) \to \varphi\, \xi^4 C_w^2 k^2\, 5/32."
                (orf "9/21" "Step 2")
                "Left: the order in n of the exact difference over n = 2^6 .. 2^16. Right: -1."
        Claim = claim
        Controls = [
            Control.bound "order -1/2" (fun _ -> Estimate.within 0.01 -0.5) claim
            Control.bound "order -2" (fun _ -> Estimate.within 0.01 -2.0) claim
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack outputOfAWideNetIsGaussian
    Stated(
        {
            page
                "nngp/levy"
                "Levy's continuity theorem"
                @"If E e^{-i X_n \cdot \xi} \to E e^{-i X \cdot \xi} for every \xi, then X_n \to X in law."
                (orf "9/21" "Recall (1)")
                "" with
                Status = Cited
        },
        "a recalled theorem; nngp/charfun-convergence and nngp/theorem check its two sides on ReLU nets"
    )
    Theorem.pack gaussianCharacteristicFunctionIsExponential
    Theorem.pack linearFormsHaveBilinearCovariance
    Theorem.pack outputsMixGaussiansOverTheRandomCovariance
    Theorem.pack characteristicFunctionsConvergeAtRateOneOverN
]
