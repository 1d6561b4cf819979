/// Linear regions of ReLU nets, counted exactly (lecture of 12/5).
module NtkTheory.Catalog.Architecture.Regions

open FsCheck
open FsCheck.FSharp
open NtkTheory.Numerics
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Catalog.Architecture.Notes
open NtkTheory.Catalog.Architecture.WholeNets

let private ofDimension inputs depths widest =
    let instances = instances depths widest true

    let generator =
        instances.Generator
        |> Gen.map (fun i -> {
            i with
                Widths = inputs :: i.Widths.Tail
                X = List.replicate inputs 1
        })

    let keeps i = i.Widths.Length > 1

    Arb.fromGenShrink (
        generator,
        (fun i ->
            instances.Shrinker i
            |> Seq.filter (fun j -> j.Widths.Head = inputs && j.X.Length = inputs))
    )
    |> Arb.filter keeps

let private onLine = ofDimension 1 (2, 4) 6

let private inPlane = ofDimension 2 (2, 3) 5

let private pieces i =
    LineRegions.exact (build i) None None |> List.length |> float |> Estimate.exact

let private intervals i =
    LineRegions.exactIntervals (build i) None None

let private hidden (i: WholeNet) = i.Widths.Tail

/// One hidden layer: at most n_1 + 1 pieces.
let piecesOfOneLayerAreAtMostItsBreakpointsPlusOne =
    let shallow = ofDimension 1 (2, 2) 12

    let claim = {
        Claim.atMost shallow pieces (fun i -> Estimate.exact (float (hidden i).Head + 1.0)) with
            Vary = vary
    }

    {
        Entry = {
            page
                "regions/breakpoints-1d"
                "One hidden layer has at most n_1 + 1 pieces on a line"
                @"$n_0 = L = 1$: the breakpoints are among $\xi_j = -b_j/W_j (W_j \ne 0)$, so there are at most $n_1 + 1$ linear pieces."
                (orf "12/5" "Example 1")
                "Left: linear regions in exact fractions of nets with whole weights. Right: n_1 + 1." with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.bound "n_1 pieces" (fun i -> Estimate.exact (float (hidden i).Head)) claim
            Control.scaled 0.7 claim
        ]
    }

/// A dimension and a number of hyperplanes.
type GeneralPosition = { Dimension: int; Count: int }

/// The ratio of Zaslavsky's sum to n^d / d! tends to 1.
let zaslavskySumGrowsLikeThePower =
    let instances =
        Gen.choose (1, 4)
        |> Gen.map (fun d -> { Dimension = d; Count = 10 })
        |> Arb.fromGen

    let ladder = {
        Scales = [ 1e3; 4e3; 16e3; 64e3; 256e3 ]
        At = fun i scale -> { i with Count = int scale }
        Replicates = 1
    }

    let sum i _ =
        Estimate.exact (float (HyperplaneArrangement.zaslavsky i.Count i.Dimension))

    let claim =
        Claim.rate ladder Equals instances sum (fun i -> Estimate.within 0.01 (float i.Dimension))

    {
        Entry = {
            page
                "regions/zaslavsky-asymptotic"
                "The number of cells grows like n_1^{n_0}/n_0!"
                @"\sum_{i \le n_0} \binom{n_1}{i} / (n_1^{n_0}/n_0!) \to 1 as n_1 \to \infty: 1.056, 1.000506, 1.000005 at n_0 = 3, n_1 = 10, 100, 1000."
                (orf "12/5" "Example 2")
                "Left: the order in n_1 of the exact sum over 1000 .. 256000. Right: n_0." with
                Remark = "The notes print an equality for n_1 much larger than n_0; it is the limit."
        }
        Claim = claim
        Controls = [
            Control.bound "order n_0 - 1" (fun i -> Estimate.within 0.01 (float i.Dimension - 1.0)) claim
            Control.bound "order n_0 + 1" (fun i -> Estimate.within 0.01 (float i.Dimension + 1.0)) claim
        ]
    }

/// The largest difference between the output and its form over the corners of each cell.
let private outsideForm shift i =
    let net = build i
    let struct (integral, scale) = ReluNet.integral net
    let cells = PlaneRegions.integralCells integral 8I

    let corner (cell: PlaneCell<bigint>) (p: PlanePoint<bigint>) =
        let x, y = Rational.Ratio(p.X, p.W), Rational.Ratio(p.Y, p.W)
        let form = cell.Forms[0] |> Array.map (fun c -> Rational.Ratio(c, scale))
        let predicted = form[0] * (x + shift) + form[1] * y + form[2]
        let difference = predicted - ReluNet.exactValue net [| x; y |]

        if difference < Rational.Zero then
            -difference
        else
            difference

    cells
    |> Seq.collect (fun cell -> cell.Corners |> Seq.map (corner cell))
    |> Seq.fold max Rational.Zero
    |> Rational.estimate

let private planeEffort = { Instances = 0.3; Draws = 1.0 }

/// The output is affine on each cell.
let outputIsAffineOnEachCell =
    let claim = {
        Claim.identity inPlane (outsideForm Rational.Zero) (fun _ -> Estimate.exact 0.0) with
            Vary = vary
            Effort = planeEffort
    }

    {
        Entry = {
            page
                "regions/gradient-constant"
                "The gradient is constant on each activation cell"
                @"On each component of the complement of the (bent) hyperplanes every neuron keeps its sign, so $\nabla_x z^{(L+1)}$ is constant there."
                (orf "12/5" "Example 2")
                "Left: the largest difference between the net and the cell's affine form over all corners of all cells of a square, in exact fractions. Right: 0 (cells are convex, the net is continuous)." with
                Remark =
                    "Cells are those of the complement; on the hyperplanes themselves the gradient is undefined."
        }
        Claim = claim
        Controls = [
            Control.create "the form of a point to the right" {
                claim with
                    Measured = fun i _ -> outsideForm Rational.One i
            }
            Control.create "the form of a point to the left" {
                claim with
                    Measured = fun i _ -> outsideForm (Rational.ofInt -2) i
            }
        ]
    }

let private counts i = PlaneRegions.exact (build i) 8

/// Regions <= 3^neurons.
let regionsAreAtMostThreeToTheNeurons =
    let measured i =
        if i.Widths.Head = 1 then
            pieces i
        else
            Estimate.exact (float (counts i).Regions)

    let power b i =
        Estimate.exact (b ** float (List.sum (hidden i)))

    let either = Gen.oneof [ onLine.Generator; inPlane.Generator ]

    let claim = {
        Claim.atMost (Arb.fromGenShrink (either, onLine.Shrinker)) measured (power 3.0) with
            Effort = planeEffort
    }

    {
        Entry = {
            page
                "regions/three-to-neurons"
                "There are at most 3^neurons linear regions"
                @"$\#\text{linear regions} \le 3^{\#\text{neurons}}$, as each region is a union of convex sign cells; patterns $1\{z > 0\}$ give $2^{\#\text{neurons}}$."
                (orf "12/5" "Lemma")
                "Left: linear regions on the line, or on a square of side 16, exactly. Right: the power of 3." with
                Sharpness = Loose
                Remark = "True but loose; regions/product-bound is far better."
        }
        Claim = claim
        Controls = [
            Control.bound
                "the number of neurons"
                (fun i -> Estimate.exact (float (List.sum (hidden i))))
                claim
            Control.bound "one region" (fun _ -> Estimate.exact 1.0) claim
        ]
    }

/// Cells are convex: twice the area of the cells adds up to the square.
let activationCellsAreConvexAndTileThePlane =
    let turnsLeft (corners: PlanePoint<float>[]) =
        let n = corners.Length

        let at i =
            let p = corners[i % n] in p.X / p.W, p.Y / p.W

        Seq.init n (fun i ->
            let (ax, ay), (bx, by), (cx, cy) = at i, at (i + 1), at (i + 2)
            (bx - ax) * (cy - by) - (by - ay) * (cx - bx))
        |> Seq.min

    let covered kept i =
        let cells = PlaneRegions.cells (ReluNet.map Rational.toFloat (build i)) 8.0
        // a cell with a reflex corner counts for nothing
        let convex = cells |> List.filter (fun cell -> turnsLeft cell.Corners >= -1e-7)

        convex
        |> List.truncate (kept convex.Length)
        |> List.sumBy PlaneRegions.doubledArea
        |> Estimate.within 1e-6

    let claim = {
        Claim.identity inPlane (covered id) (fun _ -> Estimate.exact 512.0) with
            Vary = vary
            Effort = planeEffort
    }

    {
        Entry = {
            page
                "regions/convex-cells"
                "Activation cells are convex polygons that tile the plane"
                @"Each set of constant on/off pattern is a convex polyhedron, possibly unbounded and not closed; together they tile the input space. Linear regions (merged cells) need not be convex."
                (orf "12/5" "Proof of the Lemma")
                "Left: twice the area of the cells of a square of side 16, those with a reflex corner left out. Right: 512, the doubled area of the square." with
                Sharpness = Exact
        }
        Claim = claim
        Controls = [
            Control.create "one cell left out" {
                claim with
                    Measured = fun i _ -> covered (fun n -> n - 1) i
            }
            Control.bound "half of the square" (fun _ -> Estimate.exact 256.0) claim
        ]
    }

/// Cells <= prod_l sum_{j <= n_0} (n_l choose j).
let cellsAreAtMostTheProductOverLayers =
    let measured i =
        if i.Widths.Head = 1 then
            Estimate.exact (float (List.length (intervals i)))
        else
            Estimate.exact (float (counts i).Cells)

    let product inputs (i: WholeNet) =
        Estimate.exact (float (PlaneRegions.mostCells (inputs i) (hidden i)))

    let either = Gen.oneof [ onLine.Generator; inPlane.Generator ]

    let claim = {
        Claim.atMost (Arb.fromGenShrink (either, onLine.Shrinker)) measured (product (fun i -> i.Widths.Head)) with
            Effort = planeEffort
    }

    {
        Entry = {
            page
                "regions/product-bound"
                "Activation cells are at most a product over layers"
                @"$\#\text{cells} \le \prod_{l=1}^L \sum_{j \le n_0} \binom{n_l}{j}$; for $n_0 = 1$ the product of $n_l + 1$."
                (added "12/5")
                "Left: activation cells on the line, or on a square, in exact fractions. Right: the product." with
                Sharpness = Tight
        }
        Claim = claim
        Controls = [
            Control.bound "one dimension less" (product (fun i -> i.Widths.Head - 1)) claim
            Control.scaled 0.6 claim
        ]
    }

/// The cell counts of small nets in the plane by exact splitting and by sampling signs on a grid agree from one side.
let planeCountsDominateSampledPatterns =
    let sampled i =
        let net = build i

        // on means above 0, as for the cells: a neuron that is 0 throughout a cell is off there
        let pass (a: Rational[]) (layer: AffineLayer<Rational>) =
            let z =
                Array.map2
                    (fun row bias -> Array.fold2 (fun sum w t -> sum + w * t) bias row a)
                    layer.Weights
                    layer.Biases

            z |> Array.map (fun t -> t > Rational.Zero) |> List.ofArray, z |> Array.map (max Rational.Zero)

        let pattern x y =
            List.mapFold pass [| x; y |] net.Hidden |> fst

        // different fractions in x and y: no point lies on a line of small whole coefficients, the diagonals included
        let grid shift below = [ for k in -7 .. 7 -> Rational.ratio (1000 * k + shift) below ]

        Seq.allPairs (grid 137 977) (grid 211 983)
        |> Seq.map (fun (x, y) -> pattern x y)
        |> Seq.distinct
        |> Seq.length
        |> float
        |> Estimate.exact

    let claim = {
        Claim.atMost inPlane sampled (fun i -> Estimate.exact (float (counts i).Patterns)) with
            Vary = vary
            Effort = planeEffort
    }

    {
        Entry = {
            page
                "regions/exact-2d"
                "Counting the cells of a net in the plane by splitting polygons"
                @"Convex polygons split along each neuron's line, layer by layer, give every activation cell of positive area; merged across shared edge stretches with equal gradients they give the linear regions. In whole homogeneous coordinates nothing is rounded."
                (orf "12/5" "algorithm")
                "Left: distinct patterns at 225 points of the square, a lower bound. Right: distinct patterns of the exact algorithm." with
                Sharpness = Tight
                Remark = "Counts of golden nets are met exactly in the tests."
        }
        Claim = claim
        Controls = [
            Control.bound
                "the linear regions less one"
                (fun i -> Estimate.exact (float (counts i).Regions - 1.0))
                claim
            Control.scaled 0.5 claim
        ]
    }

/// Joined pieces reproduce the net: regions found from values alone.
let lineCountsAgreeWithSecondDifferences =
    // the net's breakpoints lie between the ends found: probe each end from both sides
    let measured i =
        let net = build i
        let value (x: Rational) = ReluNet.exactValue net [| x |]
        let regions = LineRegions.exact net None None
        let ends = regions |> List.choose (fun (_, right, _, _) -> right)
        let gaps = List.pairwise ends |> List.map (fun (a, b) -> b - a)
        let h = (List.fold min Rational.One gaps) / Rational.ofInt 4

        let bends =
            ends
            |> List.filter (fun x -> value (x - h) + value (x + h) - value x - value x <> Rational.Zero)

        Estimate.exact (float bends.Length + 1.0)

    let claim = {
        Claim.identity onLine measured pieces with
            Vary = vary
    }

    {
        Entry = {
            page
                "regions/exact-1d"
                "Counting the pieces of a net on a line by propagating affine forms"
                @"Intervals with affine activations are cut at the zeros of each neuron, layer by layer; neighbours with the same output slope and intercept are one linear region. In whole numbers nothing is rounded."
                (orf "12/5" "algorithm")
                "Left: one more than the ends at which the net's second difference does not vanish, from exact values alone. Right: the regions counted." with
                Remark =
                    "Counts of golden nets, and of fifty random nets of depth 5 and width 50 in doubles against fractions, are met exactly in the tests."
        }
        Claim = claim
        Controls = [
            Control.bound
                "activation intervals in place of linear regions"
                (intervals >> List.length >> float >> Estimate.exact)
                claim
            Control.bound "one region more" (fun i -> Estimate.exact ((pieces i).Value + 1.0)) claim
        ]
    }

/// Every line of the topic.
let all = [
    Theorem.pack piecesOfOneLayerAreAtMostItsBreakpointsPlusOne
    Theorem.pack zaslavskySumGrowsLikeThePower
    Theorem.pack outputIsAffineOnEachCell
    Theorem.pack regionsAreAtMostThreeToTheNeurons
    Theorem.pack activationCellsAreConvexAndTileThePlane
    Theorem.pack cellsAreAtMostTheProductOverLayers
    Theorem.pack lineCountsAgreeWithSecondDifferences
    Theorem.pack planeCountsDominateSampledPatterns
]
