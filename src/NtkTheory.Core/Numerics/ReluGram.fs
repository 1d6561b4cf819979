namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned matrices and one tile's scratch memory

open System
open Microsoft.FSharp.NativeInterop
open MathNet.Numerics.LinearAlgebra

/// The n x n kernels of a deep ReLU network of infinite width on n points.
type ReluKernels = {
    /// Hidden layers L.
    Depth: int
    /// The Gaussian-process kernel: the covariance of the outputs before the last weights move.
    Covariance: Matrix<float>
    /// The tangent kernel of the layers that move.
    Tangent: Matrix<float>
}

/// Some whole rows of both kernels, for matrices that are written away block after block.
type ReluBand = {
    /// The index of the first row.
    FirstRow: int
    Rows: int
    /// Rows of the covariance, row after row, at the front of an array.
    CovarianceRows: float[]
    /// Rows of the tangent kernel, likewise.
    TangentRows: float[]
}

/// Gram matrices of deep ReLU networks, weight variance 2 / fan-in: one Gram product of the points, then one
/// pass over its tiles through all layers, one triangle only. Angles come from 1 - |cosine|, taken from the
/// coordinates themselves where the inner product has lost its digits.
module ReluGram =

    /// Pairs of a tile's side.
    let private edge = MirroredTile.edge

    /// Below this 1 - |cosine| is recomputed from the coordinates: above it the angle exceeds 0.088.
    let private limit = 1.0 / 256.0

    type private Plan = {
        Execution: Execution
        Points: MatrixView
        Norms: float[]
        Reciprocals: float[]
        Frozen: int
        /// For each layer the index of its result, or -1.
        Slots: int[]
        Results: int
    }

    /// Norms as roots of the squared ones, with zeros at the end up to a whole tile.
    let private plan execution points frozen (depths: int list) (squares: float[]) =
        if List.exists (fun depth -> depth < 1) depths || List.isEmpty depths then
            invalidArg (nameof depths) "A depth is at least 1 hidden layer."

        let padded = Array.append (Array.map sqrt squares) (Array.zeroCreate edge)

        {
            Execution = execution
            Points = points
            Norms = padded
            Reciprocals = padded |> Array.map (fun norm -> if norm > 0.0 then 1.0 / norm else 0.0)
            Frozen = frozen
            Slots =
                Array.init (List.max depths) (fun layer ->
                    depths |> List.tryFindIndex ((=) (layer + 1)) |> Option.defaultValue -1)
            Results = depths.Length
        }

    /// 1 - |cosine| with the sign of the cosine, from the sine: the part of one point across the other.
    let private fromCoordinates plan i j (rough: float) =
        let x = plan.Points

        let inline coordinate row k =
            x.Data[x.Offset + row * x.RowStride + k * x.ColumnStride]

        let struct (across, _) =
            LineDistance.parts x.Columns (fun k -> coordinate i k) (fun k -> coordinate j k)

        let sine = min 1.0 (across * plan.Reciprocals[j])
        let square = sine * sine
        Math.CopySign(square / (1.0 + sqrt (1.0 - square)), rough)

    let private refine plan i left count (near: nativeptr<float>) =
        for j in 0 .. count - 1 do
            let rough = NativePtr.get near j

            if i = left + j then
                NativePtr.set near j 0.0
            elif abs rough < limit then
                NativePtr.set near j (fromCoordinates plan i (left + j) rough)

    /// The kernels of point i with points left .. left + count - 1, whose inner products are given, one row for
    /// each result in sigma and theta, `pitch` numbers apart; `near` is scratch memory of two tiles' width.
    let private row plan i left count products near sigma theta pitch =
        use norms = fixed plan.Norms
        use reciprocals = fixed plan.Reciprocals
        let others = NativePtr.add reciprocals left
        let lanes = plan.Execution.Lanes
        let onDiagonal = left <= i && i < left + count

        if
            ReluSweep.near lanes products plan.Reciprocals[i] others count limit near
            || onDiagonal
        then
            refine plan i left count near

        let scales = NativePtr.add norms left
        let tangents = NativePtr.add near edge
        ReluSweep.run lanes near tangents plan.Norms[i] scales count plan.Frozen plan.Slots sigma theta pitch

    let private span (start: nativeptr<float>) count =
        Span<float>(NativePtr.toVoidPtr start, count)

    /// The n x n arrays of one result.
    type private Target = {
        Covariances: float[]
        Tangents: float[]
    }

    /// The kernels of the pairs of a tile on or below the diagonal, into scratch tiles `pitch` numbers apart.
    let private tile plan size (targets: Target[]) products near sigma theta pitch top rows left =
        let columns = min edge (size - left)

        for r in 0 .. rows - 1 do
            for target in targets do
                if r < columns then
                    MirroredTile.fetch target.Covariances size (left + r) top rows
                    MirroredTile.fetch target.Tangents size (left + r) top rows

            // beyond the diagonal lies what the memory held before
            let count = min columns (top + r - left + 1)
            let place = NativePtr.add products ((top + r) * size + left)
            let at = r * MirroredTile.stride
            row plan (top + r) left count place near (NativePtr.add sigma at) (NativePtr.add theta at) pitch

        columns

    /// One row of tiles up to the diagonal, the products read from their places.
    let private tileRow plan size products (targets: Target[]) block =
        let pitch = edge * MirroredTile.stride
        use near = new Workspace(2 * edge)
        use sigma = new Workspace(plan.Results * pitch)
        use theta = new Workspace(plan.Results * pitch)
        let top = block * edge
        let rows = min edge (size - top)
        (span near.Pointer edge).Clear()

        for left in 0..edge..top do
            let columns =
                tile plan size targets products near.Pointer sigma.Pointer theta.Pointer pitch top rows left

            let put array (scratch: Workspace) slot =
                let scratch = NativePtr.add scratch.Pointer (slot * pitch)
                MirroredTile.put array size scratch top rows left columns

            targets
            |> Array.iteri (fun slot target ->
                put target.Covariances sigma slot
                put target.Tangents theta slot)

    /// The kernels after each of the given numbers of hidden layers, of which the lowest `frozen` layers of weights
    /// do not move (0: all move), for an n x d matrix of points of any norm. A zero point is at a right angle to
    /// all.
    let sweep execution frozen depths (points: Matrix<float>) =
        let n = points.RowCount
        let x = MatrixView.ofMatrix points
        let blocks = (n + edge - 1) / edge

        let fresh () =
            GC.AllocateUninitializedArray<float>(n * n)

        let targets = [|
            for _ in depths ->
                {
                    Covariances = fresh ()
                    Tangents = fresh ()
                }
        |]

        let products = targets[targets.Length - 1].Covariances
        use pinned = new Pinned(products)

        Execution.awake execution (fun () ->
            Gemm.assignGram execution 1.0 x (MatrixView.rowMajor n n products)
            let squares = Array.init n (fun i -> products[i * n + i])
            let plan = plan execution x frozen depths squares

            Execution.run execution blocks (fun index ->
                tileRow plan n pinned.Pointer targets (blocks - 1 - index)))

        [
            for depth, target in Seq.zip depths targets ->
                {
                    Depth = depth
                    Covariance = MatrixView.ofSymmetric n target.Covariances
                    Tangent = MatrixView.ofSymmetric n target.Tangents
                }
        ]

    /// The kernels after one number of hidden layers, all layers moving.
    let kernels execution depth points =
        sweep execution 0 [ depth ] points |> List.head

    let private bandRow plan n (products: nativeptr<float>) (band: ReluBand) r =
        use near = new Workspace(2 * edge)
        use sigma = new Workspace(edge)
        use theta = new Workspace(edge)
        (span near.Pointer edge).Clear()

        for left in 0..edge .. n - 1 do
            let count = min edge (n - left)
            let place = NativePtr.add products (r * n + left)
            row plan (band.FirstRow + r) left count place near.Pointer sigma.Pointer theta.Pointer edge
            (span sigma.Pointer count).CopyTo(Span(band.CovarianceRows, r * n + left, count))
            (span theta.Pointer count).CopyTo(Span(band.TangentRows, r * n + left, count))

    /// Rows from `first` on, into the band's arrays, with their products in an array of its size.
    let private bandAt (plan: Plan) (products: float[]) (band: ReluBand) =
        let x = plan.Points
        let some = MatrixView.block band.FirstRow 0 band.Rows x.Columns x
        let view = MatrixView.rowMajor band.Rows x.Rows products
        Gemm.assign plan.Execution 1.0 some (MatrixView.transpose x) view
        use pinned = new Pinned(products)
        Execution.run plan.Execution band.Rows (bandRow plan x.Rows pinned.Pointer band)

    /// The rows of `sweep`'s matrices, bit for bit, `rows` at a time from the first: three arrays of rows x n numbers
    /// are held, whatever n is, and each band overwrites the one before. Both triangles are computed.
    let bands execution frozen depth rows (points: Matrix<float>) =
        let x = MatrixView.ofMatrix points
        let plan = plan execution x frozen [ depth ] (Product.squares points)

        let fresh () =
            GC.AllocateUninitializedArray<float>(min rows x.Rows * x.Rows)

        seq {
            let products, covariance, tangent = fresh (), fresh (), fresh ()

            for first in 0..rows .. x.Rows - 1 do
                let band = {
                    FirstRow = first
                    Rows = min rows (x.Rows - first)
                    CovarianceRows = covariance
                    TangentRows = tangent
                }

                bandAt plan products band
                band
        }

    /// A bound on the error of every entry at a depth, for points of norm at most `norm`: a cosine off by g =
    /// gamma_k moves an angle above 0.088 by less than 12 g and a smaller one, taken from its chord, by less than
    /// 12 g too; the layers' maps of angles do not expand, a tangent kernel is a sum of L + 1 products of at most
    /// L + 1 factors in [-1, 1], and each layer adds a few ulp.
    let radius depth dimension norm =
        let g = Estimate.gamma (Gemm.roundings dimension + 8)
        float ((depth + 1) * (depth + 1)) * (12.0 * g + Estimate.gamma 32) * norm * norm
