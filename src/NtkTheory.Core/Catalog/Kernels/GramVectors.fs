/// Gram matrices of vectors, of finite dimension and in L^2.
module NtkTheory.Catalog.Kernels.GramVectors

open System
open FsCheck.FSharp
open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Sampling

/// Which of the equivalent statements is looked at.
type Criterion =
    /// All pivots of A are positive.
    | Definite
    /// det A > 0.
    | Determinant
    /// The parallelepiped of the columns has a volume.
    | Volume

/// A small whole matrix B, row by row, and a criterion.
type WholeMatrix = {
    Criterion: Criterion
    Rows: int list list
}

let private matrices =
    let make =
        gen {
            let! rows = Gen.choose (1, 4)
            let! columns = Gen.choose (1, 4)
            let! criterion = Gen.elements [ Definite; Determinant; Volume ]
            let! entries = Gen.listOfLength rows (Gen.listOfLength columns (Gen.choose (-1, 1)))

            return {
                Criterion = criterion
                Rows = entries
            }
        }

    make
    |> Shrinking.towards (fun b -> [
        if b.Rows.Length > 1 then
            for i in 0 .. b.Rows.Length - 1 do
                { b with Rows = List.removeAt i b.Rows }

        if b.Rows.Head.Length > 1 then
            for j in 0 .. b.Rows.Head.Length - 1 do
                {
                    b with
                        Rows = b.Rows |> List.map (List.removeAt j)
                }
    ])

let private columnsOf b =
    List.transpose b.Rows |> List.map (List.map Rational.ofInt)

let private dot a b = List.map2 (*) a b |> Rational.sum

/// The number of independent vectors, by elimination.
let rec private rank (vectors: Rational list list) =
    match vectors |> List.tryFindIndex (List.exists (fun v -> v <> Rational.Zero)) with
    | None -> 0
    | Some i ->
        let pivot = vectors[i]
        let k = pivot |> List.findIndex (fun v -> v <> Rational.Zero)

        let cleared (v: Rational list) =
            let factor = v[k] / pivot[k] in List.map2 (fun a p -> a - factor * p) v pivot

        1 + rank (List.removeAt i vectors |> List.map cleared)

/// Whether elimination without exchanges meets positive pivots only.
let rec private hasPositivePivots (a: Rational list list) =
    match a with
    | [] -> true
    | top :: rest ->
        top.Head > Rational.Zero
        && rest
           |> List.map (fun row ->
               let factor = row.Head / top.Head
               List.map2 (fun v t -> v - factor * t) row.Tail top.Tail)
           |> hasPositivePivots

/// The determinant by expansion along the first row.
let rec private determinant (a: Rational list list) =
    match a with
    | [] -> Rational.One
    | top :: rest ->
        top
        |> List.mapi (fun j v ->
            let minor = v * determinant (rest |> List.map (List.removeAt j))
            if j % 2 = 0 then minor else -minor)
        |> Rational.sum

/// The squared volume of the parallelepiped: the product of the squared heights, each vector less its projections.
let private squaredVolume vectors =
    let height earlier v =
        earlier
        |> List.fold
            (fun rest e ->
                let size = dot e e

                if size = Rational.Zero then
                    rest
                else
                    let factor = dot rest e / size in List.map2 (fun r p -> r - factor * p) rest e)
            v

    vectors
    |> List.fold (fun heights v -> height heights v :: heights) []
    |> List.map (fun h -> dot h h)
    |> Rational.product

let private indicator holds =
    Estimate.exact (if holds then 1.0 else 0.0)

let private criterion b =
    let columns = columnsOf b
    let gram = columns |> List.map (fun x -> columns |> List.map (dot x))

    match b.Criterion with
    | Definite -> hasPositivePivots gram
    | Determinant -> determinant gram > Rational.Zero
    | Volume -> squaredVolume columns > Rational.Zero
    |> indicator

let private areIndependent (vectors: Rational list list) = rank vectors = vectors.Length

/// The Gram theorem with columns.
let gramMatrixIsDefiniteExactlyForIndependentColumns: Theorem<WholeMatrix> =
    let claim =
        Claim.identity matrices criterion (columnsOf >> areIndependent >> indicator)

    {
        Entry =
            Sources.exact
                (Sources.orf "10/10" "Theorem (Gram)")
                "gram/equivalences"
                "A = B'B is positive definite iff det A > 0, iff the columns of B span a volume, iff they are independent"
                @"A=B^\top B:\quad A\succ0\iff\det A>0\iff\mathrm{vol}(b_1,\dots,b_m)=\sqrt{\det A}>0\iff\text{the columns}\ b_i\ \text{of}\ B\ \text{are linearly independent}"
                "Random matrices with entries -1, 0, 1 of up to four rows and columns, in exact fractions: pivots of A, its determinant by expansion, or the volume by orthogonalization, each against the rank of the columns by elimination."
                "Misprint: the notes have the rows of B. B = [[1, 0], [0, 1], [1, 1]] has dependent rows, and A = [[2, 1], [1, 2]] is definite with det A = 3, volume sqrt 3."
        Claim = claim
        Controls = [
            Control.bound
                "printed: the rows"
                (fun b -> b.Rows |> List.map (List.map Rational.ofInt) |> areIndependent |> indicator)
                claim
            Control.bound
                "at least as many rows as columns"
                (fun b -> indicator (b.Rows.Length >= b.Rows.Head.Length))
                claim
        ]
    }

/// The expected feature kernel as a Gram matrix of functions.
let expectedKernelIsAGramMatrixOfFunctions: Theorem<Setting> =
    let ranges = {
        Setting.usual with
            Geometries = [ Sphere; Antipodal; NearlyParallel 3 ]
            Counts = 1, 5
            Dimensions = 2, 2
            Widths = 1, 1
            Activations = [ Sin; Cos; Erf ]
    }

    let nodes = Array.init 73 (fun i -> 0.25 * float (i - 36))

    let radius (setting: Setting) =
        // sums over the plane and closed forms err by less than 1e-14 an entry; the form has n^2 of them
        let size = Setting.labels setting |> Array.sumBy abs
        1e-14 * (1.0 + size) ** 2.0

    // |sum of v_i sigma(w.x_i)|^2 in the L^2 of a weight, by sums over the plane with step 1/4
    let squaredNorm density (setting: Setting) =
        let points, v = Setting.points setting, Setting.labels setting
        let sigma = Activation.value setting.Activation

        let combination a b =
            Seq.sum (Seq.init v.Length (fun i -> v[i] * sigma (a * points[i, 0] + b * points[i, 1])))

        Seq.allPairs nodes nodes
        |> Seq.sumBy (fun (a, b) -> 0.0625 * density a * density b * combination a b ** 2.0)
        |> Estimate.within (radius setting)

    let form weights (setting: Setting) =
        let v: Vector<float> =
            Vector<float>.Build.Dense(Setting.labels setting |> Array.map weights)

        let gram = DualKernel.gram setting.Activation (Setting.points setting)
        Estimate.within (radius setting) (v.DotProduct(gram * v))

    let normal z = exp (-0.5 * z * z) / sqrt Math.Tau

    let claim = {
        Setting.identity ranges (squaredNorm normal) (form id) with
            Effort = { Instances = 0.5; Draws = 1.0 }
    }

    {
        Entry =
            Sources.exact
                (Sources.orf "10/10" "the Hilbert space of functions of w")
                "gram/hilbert"
                "The expected feature kernel is the Gram matrix of the functions sigma(w.x_i) in the L^2 of the normal law"
                @"\mathbb F_\alpha(w)=\sigma(w\cdot x_\alpha)\in\mathcal H=L^2(R^d,\gamma):\quad (E K^{(2)})_{\alpha\beta}=\langle\mathbb F_\alpha,\mathbb F_\beta\rangle_{\mathcal H},\qquad v^\top(EK^{(2)})v=\Bigl\|\sum_\alpha v_\alpha\mathbb F_\alpha\Bigr\|_{\mathcal H}^2"
                "Random combinations of the functions in the plane: the integral of their square against the normal density by sums over 73^2 nodes, against the quadratic form of the closed forms (sin, cos, erf)."
                "So it is positive definite iff the functions are independent (gram/equivalences); when they are, gram/hermite-pd/repaired says."
        Claim = claim
        Controls = [
            Control.create "another law: the density of Cauchy" {
                claim with
                    Measured = fun setting _ -> squaredNorm (fun z -> 1.0 / (Math.PI * (1.0 + z * z))) setting
            }
            Control.bound "the magnitudes of v" (form abs) claim
        ]
    }

/// The statements of this file.
let all = [
    Theorem.pack gramMatrixIsDefiniteExactlyForIndependentColumns
    Theorem.pack expectedKernelIsAGramMatrixOfFunctions
]
