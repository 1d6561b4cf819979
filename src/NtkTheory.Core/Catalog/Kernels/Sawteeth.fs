/// What depth buys: iterates of the tent function of lecture 7, with exact fractions.
module NtkTheory.Catalog.Kernels.Sawteeth

open FsCheck.FSharp
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics

/// What is counted or measured of an iterate on [0, 1].
type Feature =
    | Peaks
    | Pieces
    | Integral

/// Delta composed with itself.
type Iterate = { Folds: int; Of: Feature }

let private iterates lowest =
    let make =
        gen {
            let! folds = Gen.choose (lowest, 8)
            let! feature = Gen.elements [ Peaks; Pieces; Integral ]
            return { Folds = folds; Of = feature }
        }

    make
    |> Shrinking.towards (fun i -> [
        {
            i with
                Folds = Shrinking.less lowest i.Folds
        }
    ])

let private piecesOf i =
    LineRegions.exact (Sawtooth.net Supported i.Folds) (Some Rational.Zero) (Some Rational.One)

/// The integral of an affine piece.
let private area (left: Rational option, right: Rational option, slope: Rational, intercept: Rational) =
    let a, b = left.Value, right.Value
    (b - a) * (intercept + slope * (a + b) * Rational.ratio 1 2)

let private measured i =
    match i.Of with
    | Peaks -> Rational.ofInt (Sawtooth.peaks (piecesOf i))
    | Pieces -> Rational.ofInt (piecesOf i).Length
    | Integral -> piecesOf i |> List.map area |> Rational.sum
    |> Rational.estimate

/// What an iterate has, by the numbers of peaks and pieces.
let private predicted peaks pieces i =
    match i.Of with
    | Peaks -> peaks i.Folds
    | Pieces -> pieces i.Folds
    | Integral -> 0.5
    |> Estimate.exact

let private power shift k = 2.0 ** float (k + shift)

/// Peaks, pieces and integral of the iterates.
let iteratesOfTheTentHaveExponentiallyManyPeaks: Theorem<Iterate> =
    let claim = Claim.identity (iterates 1) measured (predicted (power -1) (power 0))

    {
        Entry =
            Sources.exact
                {
                    Sources.lecture7 "Depth separation, 1" with
                        Paper = "Telgarsky 2016"
                }
                "depth-separation/count"
                "The k-th iterate of the tent has 2^(k-1) peaks, 2^k affine pieces and the integral 1/2"
                @"\Delta(x)=2\sigma(x)-4\sigma(x-\tfrac12)+2\sigma(x-1):\quad \Delta^k\ \text{has on}\ [0,1]\ 2^{k-1}\ \text{peaks},\ 2^k\ \text{affine pieces},\ \int_0^1\Delta^k=\tfrac12"
                "The affine pieces of the ReLU network with k hidden layers of three neurons, propagated in exact fractions (k up to 8), counted and integrated; against the powers of two."
                "The board shows the iterates as pictures; the counts are theirs."
        Claim = claim
        Controls = [
            Control.bound "2 k pieces and k peaks" (predicted float (fun k -> 2.0 * float k)) {
                claim with
                    Instances = iterates 3
            }
            Control.bound "2^k peaks" (predicted (power 0) (power 0)) claim
        ]
    }

/// A network of one hidden layer on [0, 1]: its value at 0 and slope in tenths, and a kink of each neuron (place in
/// hundredths, change of slope in tenths); against Delta^k.
type Shallow = {
    Folds: int
    Start: int
    Slope: int
    Kinks: (int * int) list
}

let private shallow =
    let kink =
        gen {
            let! place = Gen.choose (1, 99)
            let! turn = Gen.choose (-40, 40)
            return place, turn
        }

    let make =
        gen {
            let! folds = Gen.choose (4, 6)
            let! start = Gen.choose (0, 10)
            let! slope = Gen.choose (-10, 10)
            let! flat = Gen.frequency [ 1, Gen.constant true; 3, Gen.constant false ]
            // as many neurons as keep the bound above 0
            let! neurons = Gen.choose (0, pown 2 (folds - 2) - 2)
            let! kinks = Gen.listOfLength (min 12 neurons) kink

            return {
                Folds = folds
                Start = if flat then 5 else start
                Slope = if flat then 0 else slope
                Kinks = if flat then [] else kinks
            }
        }

    make
    |> Shrinking.towards (fun net -> [
        for k in 0 .. net.Kinks.Length - 1 do
            {
                net with
                    Kinks = List.removeAt k net.Kinks
            }

        { net with Slope = 0 }
        { net with Start = 5 }
        {
            net with
                Folds = Shrinking.less 4 net.Folds
        }
    ])

/// The network b + a_0 relu(x) + sum of a_j relu(x - c_j), over fractions.
let private network net : ReluNet<Rational> =
    let kinks = (0, net.Slope) :: net.Kinks

    {
        Hidden = [
            {
                Weights = [| for _ in kinks -> [| Rational.One |] |]
                Biases = [| for place, _ in kinks -> Rational.ratio -place 100 |]
            }
        ]
        Output = {
            Weights = [| [| for _, turn in kinks -> Rational.ratio turn 10 |] |]
            Biases = [| Rational.ratio net.Start 10 |]
        }
    }

let private distance net =
    let knots = net.Kinks |> Seq.map (fun (place, _) -> Rational.ratio place 100)
    let function' = network net

    Sawtooth.distance net.Folds knots (fun x -> ReluNet.exactValue function' [| x |])
    |> Rational.estimate

/// constant - p / 2^(k+1) for a network whose neurons leave p affine pieces.
let private floor constant net =
    let pieces = float (net.Kinks.Length + 1)
    Estimate.exact (constant - pieces * 2.0 ** -(float net.Folds + 1.0))

/// Shallow networks stay away from the iterates.
let shallowNetworksStayAwayFromTheIterates: Theorem<Shallow> =
    let claim = {
        Claim.atLeast shallow distance (floor 0.125) with
            Effort = { Instances = 0.3; Draws = 1.0 }
            Hypotheses = [
                Hypothesis.named "p < 2^(k-2)" (fun net -> net.Kinks.Length + 1 < pown 2 (net.Folds - 2))
            ]
    }

    {
        Entry = {
            Sources.exact
                {
                    Sources.lecture7 "Depth separation, 2" with
                        Paper = "Telgarsky 2016"
                }
                "depth-separation/depth-separation"
                "Iterates of the tent cannot be approximated by shallow networks of subexponential size"
                @"g\ \text{of}\ p\ \text{affine pieces on}\ [0,1]:\quad \int_0^1|\Delta^k-g|\,dx\ \ge\ \frac18-\frac{p}{2^{k+1}};\qquad \text{one hidden ReLU layer of width}\ N:\ p\le N+1,\ \text{so}\ N\le2^{k-3}-1\ \text{errs by}\ \tfrac1{16}"
                "Networks of one hidden layer with random kinks against Delta^k, k = 4 ... 6: the distance in exact fractions. The bound counts the half periods on which both, cut at 1/2, disagree, each of area 2^(-k)/4."
                "Misprint: the notes read 'can be approximated by subexponentially-sized shallow networks'; a negation is lost (control). The constant function 1/2 is at distance 1/4. For p >= 2^(k-2) the bound is not positive and the statement empty." with
                Sharpness = Loose
        }
        Claim = claim
        Controls = [
            Control.create "printed: can be approximated, within 1/16" {
                claim with
                    Relation = AtMost
                    Bound = fun _ -> Estimate.exact 0.0625
            }
            Control.bound "a third in place of an eighth" (floor (1.0 / 3.0)) claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack iteratesOfTheTentHaveExponentiallyManyPeaks
    Theorem.pack shallowNetworksStayAwayFromTheIterates
]
