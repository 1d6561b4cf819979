/// Random covariances of nets of finite width (lecture of 9/21).
module NtkTheory.Catalog.Architecture.FiniteWidth

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Sampling
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes

/// Whole features of n neurons at two inputs, C_b and C_w whole.
type Features = {
    Sa: int list
    Sb: int list
    Cb: int
    Cw: int
}

let private features =
    let generator =
        gen {
            let! n = Gen.choose (1, 7)
            let! a = Gen.listOfLength n (Gen.choose (-3, 3))
            let! b = Gen.listOfLength n (Gen.choose (-3, 3))
            let! cb = Gen.choose (0, 4)
            let! cw = Gen.choose (1, 4)
            return { Sa = a; Sb = b; Cb = cb; Cw = cw }
        }

    Arb.fromGenShrink (generator, (fun i -> Shapes.smaller 0 i.Cb |> Seq.map (fun c -> { i with Cb = c })))

let private scaledSum i =
    List.map2 (*) i.Sa i.Sb |> List.sum |> float

/// Cov(z_a, z_b | layer) over all signs of weights of size sqrt(C_w / n) and a bias of size sqrt C_b.
let conditionalCovarianceIsTheNeuronAverage =
    let measured i =
        let n = i.Sa.Length

        let sign mask k =
            if (mask >>> k) &&& 1 = 1 then 1 else -1

        // n z_a z_b has the whole parts bias^2 n C_b + C_w (sum)^2 and a mixed one with equally many of both signs
        let product mask =
            let sum s =
                List.mapi (fun k t -> sign mask k * t) s |> List.sum

            let bias = sign mask n

            let mixed =
                float bias * sqrt (float (n * i.Cb * i.Cw)) * float (sum i.Sa + sum i.Sb)

            float (n * i.Cb + i.Cw * sum i.Sa * sum i.Sb) + mixed

        let total = Seq.sumBy product (seq { 0 .. (1 <<< (n + 1)) - 1 })
        let mean = total / float (1 <<< (n + 1)) / float n
        Estimate.rounded (4 <<< n) (float ((i.Cb + i.Cw) * n * 40)) mean

    let formula share i =
        let value = float i.Cb + float i.Cw * share i * scaledSum i
        Estimate.rounded 4 (abs value + 1.0) value

    let claim =
        Claim.identity features measured (formula (fun i -> 1.0 / float i.Sa.Length))

    {
        Entry = {
            page
                "nngp/conditional-covariance"
                "Given a layer the covariance of the next is a neuron average"
                @"Cov(z_{j;a}, z_{j;b} | z^{(L)}) = \hat K_{ab} = C_b + (C_w/n_L) \sum_j s(z_{j;a}) s(z_{j;b}), from diag(C_b, C_w/n_L, .., C_w/n_L)."
                (orf "9/21" "Step 1")
                "Left: the mean of z_a z_b over all signs of weights and bias of the right sizes (only second moments enter). Right: the neuron average." with
                Remark =
                    "The matrix displayed in the notes carries C_w where C_w/n_L is meant; that is the first control."
        }
        Claim = claim
        Controls = [
            Control.bound "printed: C_w in place of C_w / n" (formula (fun _ -> 1.0)) claim
            Control.bound
                "without the bias"
                (fun i -> Estimate.exact (float i.Cw * scaledSum i / float i.Sa.Length))
                claim
        ]
    }

/// A one-hidden-layer net of n neurons with sign weights and whole inputs, two outputs.
type TwoOutputs = { N: int; X: int list; Squares: bool }

let private twoOutputs =
    let generator =
        gen {
            let! n0 = Gen.choose (2, 3)
            let! n = Gen.choose (1, 2)
            let! x = Gen.listOfLength n0 (Gen.choose (1, 4))
            let! squares = Gen.elements [ true; false ]
            return { N = n; X = x; Squares = squares }
        }

    Arb.fromGenShrink (generator, (fun i -> Shapes.lower 1 i.X |> Seq.map (fun x -> { i with X = x })))

let private sign mask k =
    if (mask >>> k) &&& 1 = 1 then 1 else -1

/// The hidden activations for every sign pattern of the first layer.
let private hidden i =
    let d = i.X.Length

    Seq.init (1 <<< (i.N * d)) (fun mask ->
        List.init i.N (fun j -> max 0 (Seq.sum (Seq.init d (fun k -> sign mask (j * d + k) * i.X[k])))))
    |> List.ofSeq

/// |act|^2, the random variance up to a factor.
let private variances i =
    hidden i |> List.map (List.sumBy (fun a -> a * a) >> float)

/// Two output neurons are uncorrelated, but their squares are correlated by the variance of the random covariance.
let outputNeuronsAreUncorrelatedButDependent =
    let measured i =
        let output act mask =
            act |> List.mapi (fun j a -> sign mask j * a) |> List.sum |> float

        let power = if i.Squares then 2.0 else 1.0

        let one act =
            Seq.allPairs (seq { 0 .. (1 <<< i.N) - 1 }) (seq { 0 .. (1 <<< i.N) - 1 })
            |> Seq.averageBy (fun (first, second) -> output act first ** power * output act second ** power)

        hidden i |> List.averageBy one |> Estimate.exact

    let formula i =
        if i.Squares then
            variances i |> List.averageBy (fun v -> v * v) |> Estimate.exact
        else
            Estimate.exact 0.0

    let claim = Claim.identity twoOutputs measured formula

    let independent i =
        if i.Squares then
            Estimate.exact (List.average (variances i) ** 2.0)
        else
            Estimate.exact 0.0

    let correlated i =
        if i.Squares then
            formula i
        else
            Estimate.exact (List.average (variances i))

    {
        Entry = {
            page
                "nngp/delta-ij"
                "Output neurons are uncorrelated at every width, and independent only in the limit"
                @"Cov(z_i, z_j) = 0 for i \ne j at every width, but E z_i^2 z_j^2 = E \hat K^2, so that Cov(z_i^2, z_j^2) = Var \hat K > 0."
                (orf "9/21" "Theorem, delta_ij")
                "Left: means over all signs of the weights of a net with two outputs, of z_1 z_2 or of their squares, in whole numbers. Right: 0, or the mean squared random variance over the first layer's signs." with
                Remark =
                    "delta_ij of the theorem is exact for covariances; independence holds in the limit only."
        }
        Claim = claim
        Controls = [
            Control.bound "independent outputs" independent claim
            Control.bound "fully correlated outputs" correlated claim
        ]
    }

/// Only the multiset of neurons counts.
let relabelledNeuronsLeaveTheOutput =
    let rotate incoming outgoing (net: ReluNet<Rational>) =
        let turn (values: 'T[]) =
            Array.init values.Length (fun i -> values[(i + 1) % values.Length])

        let first, rest = net.Hidden.Head, net.Hidden.Tail

        let turned: AffineLayer<Rational> = {
            Weights = if incoming then turn first.Weights else first.Weights
            Biases = if incoming then turn first.Biases else first.Biases
        }

        let read (layer: AffineLayer<Rational>) = {
            layer with
                Weights = layer.Weights |> Array.map (fun row -> if outgoing then turn row else row)
        }

        match rest with
        | [] -> {
            Hidden = [ turned ]
            Output = read net.Output
          }
        | next :: others -> {
            net with
                Hidden = turned :: read next :: others
          }

    let value change i =
        ReluNet.exactValue (change (WholeNets.build i)) (WholeNets.input i)
        |> Rational.estimate

    let nets = WholeNets.instances (2, 3) 4 true

    let claim = {
        Claim.identity nets (value (rotate true true)) (value id) with
            Vary = WholeNets.vary
            Hypotheses = [
                Hypothesis.named "a hidden layer of two neurons at least" (fun i ->
                    i.Widths.Length > 1 && i.Widths[1] > 1)
            ]
    }

    {
        Entry =
            page
                "nngp/exchangeability"
                "Only averages over neurons enter the next layer"
                @"The hidden neurons of a layer are exchangeable: relabelling them, rows and columns together, changes no output, so that statistics of the next layer depend on them through averages $O_f = (1/n)\sum_j f(z_j)$ only."
                (orf "9/21" "Step 1, averages")
                "Left: the output of a whole-number net with the neurons of its first layer moved round by one. Right: the output. Exact."
        Claim = claim
        Controls = [
            Control.bound "only the rows moved" (value (rotate true false)) claim
            Control.bound "only the columns moved" (value (rotate false true)) claim
        ]
    }

/// A statistic f of n_1 first-layer neurons of variance K in tenths, in a net of a given depth.
type Statistic = {
    Of: Activation
    TenthsK: int
    N1: int
    Depth: int
}

let private statistics =
    let generator =
        gen {
            let! activation = Gen.elements [ Tanh; Erf; Gelu; Relu; Sin ]
            let! k = Gen.choose (1, 30)
            let! n = Gen.choose (1, 100)
            let! depth = Gen.choose (2, 20)

            return {
                Of = activation
                TenthsK = k
                N1 = n
                Depth = depth
            }
        }

    Arb.fromGenShrink (generator, (fun i -> Shapes.smaller 1 i.N1 |> Seq.map (fun n -> { i with N1 = n })))

/// Var O_f = Var f / n_1 <= E f^2 / n_1 for f = s^2 on the first layer.
let firstLayerAveragesHaveVarianceOverWidth =
    let moment power i =
        let k = float i.TenthsK / 10.0
        let s = Activation.value i.Of
        Criticality.expectation i.Of k (fun z -> pown (s (sqrt k * z)) power)

    let measured i =
        let value = (moment 4 i - moment 2 i ** 2.0) / float i.N1
        Estimate.rounded 2000 (moment 4 i / float i.N1) value

    let bound factor i =
        let value = factor i * moment 4 i / float i.N1
        Estimate.rounded 2000 value value

    let claim = Claim.atMost statistics measured (bound (fun _ -> 1.0))

    {
        Entry = {
            page
                "nngp/prop-variance-vanishing"
                "Averages over first-layer neurons have variance of order 1/n_1"
                @"For O_f = (1/n_1)\sum_j f(z^{(1)}_j): Var O_f = Var f/n_1 \le E f^2/n_1 \to 0 as n_1 \to \infty; here f = s^2."
                (orf "9/21" "Proposition")
                "Left: the variance of s^2 by quadrature over n_1. Right: its second moment over n_1." with
                Sharpness = Loose
                Remark =
                    "The notes print the limit as L goes to infinity: a misprint for n_1, as the first layer's variance does not depend on L (first control). The induction over layers is only sketched there; nngp/kernel-variance-relu is an exact instance."
        }
        Claim = claim
        Controls = [
            Control.bound "printed: vanishing with the depth L" (bound (fun i -> 1.0 / float i.Depth)) claim
            Control.bound "vanishing like 1/n_1^2" (bound (fun i -> 1.0 / float i.N1)) claim
        ]
    }

let private heNets =
    Arb.fromGenShrink (
        Shapes.widths (2, 7) 60
        |> Gen.map (fun widths -> { HeNet.Widths = widths; Law = Normal }),
        fun (net: HeNet) ->
            Seq.append (Shapes.shorter 2 net.Widths) (Shapes.lower 1 net.Widths)
            |> Seq.map (fun w -> { net with Widths = w })
    )

/// Var Khat^(L+1) = K^2 (prod (1 + 5/n_l) - 1).
let reluCovarianceHasAnExactVariance =
    let measured (net: HeNet) =
        let n = Rational.ofInt (List.last net.Widths)
        let x = Rational.One :: List.replicate (net.Widths.Head - 1) Rational.Zero
        let act = PathMoments.activations net (PathMoments.ofInput x) |> List.last
        let square = Rational.ratio 2 1 / n * (Rational.ratio 2 1 / n) * act.Norm
        let k = Rational.ratio 2 net.Widths.Head
        Rational.estimate (square - k * k)

    let formula factor (net: HeNet) =
        let k = 2.0 / float net.Widths.Head

        let product =
            net.Widths.Tail |> List.fold (fun p n -> p * (1.0 + factor / float n)) 1.0

        Estimate.rounded (4 * net.Widths.Length + 8) (k * k * product) (k * k * (product - 1.0))

    let claim = Claim.identity heNets measured (formula 5.0)

    {
        Entry =
            page
                "nngp/kernel-variance-relu"
                "The random covariance of a ReLU net has an exact variance"
                @"At He initialization E \hat K^{(L+1)} = K exactly and Var \hat K^{(L+1)} = K^2 (\prod_{l=1}^L (1 + 5/n_l) - 1) ~ 5 K^2 \sum 1/n_l; with biases m' = C_b + C_w m/2, q' = C_b^2 + C_b C_w m + (C_w^2/4)(1 + 5/n) q for m = E \hat K, q = E \hat K^2."
                (added "9/21")
                "Left: E Khat^2 by transfer matrices in exact fractions, minus K^2. Right: the product."
        Claim = claim
        Controls = [
            Control.bound "2 in place of 5, as for linear nets" (formula 2.0) claim
            Control.bound "6 in place of 5" (formula 6.0) claim
        ]
    }

/// Width of the first layer and K, C_w whole.
type Squares = { N: int; K: int; Cw: int }

/// E Khat^(3) for s(t) = t^2 is not K^(3).
let finiteWidthMeansAreBiased =
    let instances =
        gen {
            let! n = Gen.choose (1, 40)
            let! k = Gen.choose (1, 4)
            let! cw = Gen.choose (1, 3)
            return { N = n; K = k; Cw = cw }
        }

    let measured i =
        let k = float i.K

        let moment power =
            GaussianExpectation.mean GaussianExpectation.standard (fun z -> pown (sqrt k * z) power)

        let n, fourth = float i.N, moment 4
        // E (mean of n fourth powers)^2, then C_w E 3 (C_w S)^2
        let square = (moment 8 + (n - 1.0) * fourth * fourth) / n
        let value = 3.0 * float i.Cw ** 3.0 * square
        Estimate.rounded 1000 value value

    let formula bias i =
        let value =
            27.0 * float i.Cw ** 3.0 * float i.K ** 4.0 * (1.0 + bias / (3.0 * float i.N))

        Estimate.rounded 12 value value

    let claim =
        Claim.identity
            (Arb.fromGenShrink (
                instances,
                (fun i -> Shapes.smaller 1 i.N |> Seq.map (fun n -> { i with N = n }))
            ))
            measured
            (formula 32.0)

    {
        Entry = {
            page
                "nngp/finite-width-mean-bias"
                "At finite width the mean covariance is not the limit"
                @"For s(t) = t^2, C_b = 0: E \hat K^{(3)} = 27 C_w^3 K^4 (1 + \tfrac{32}{3 n_1}), against 27 C_w^3 K^4 in the limit."
                (added "9/21")
                "Left: E S^2 for the mean S of n_1 fourth powers from Gaussian moments by quadrature. Right: the formula." with
                Remark =
                    "A caveat: comparing finite-width means with K^{(l)}, l >= 3, needs an allowance of order 1/n unless E s^2 is linear in K (ReLU on the diagonal)."
        }
        Claim = claim
        Controls = [
            Control.bound "the limit of infinite width" (formula 0.0) claim
            Control.bound "10 in place of 32/3" (formula 30.0) claim
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack conditionalCovarianceIsTheNeuronAverage
    Theorem.pack outputNeuronsAreUncorrelatedButDependent
    Theorem.pack relabelledNeuronsLeaveTheOutput
    Theorem.pack firstLayerAveragesHaveVarianceOverWidth
    Theorem.pack reluCovarianceHasAnExactVariance
    Theorem.pack finiteWidthMeansAreBiased
]
