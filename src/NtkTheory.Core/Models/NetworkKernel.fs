namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// Which kernel of a network of infinite width.
type KernelKind =
    /// The tangent kernel: gradients of all layers and biases.
    | TangentKernel
    /// The Gaussian-process kernel: the covariance of the outputs at the start.
    | ProcessKernel

/// Gram matrices of networks of infinite width: ReLU networks without biases by the fused kernels and those of two
/// slopes by angles, both of which keep the digits of nearly parallel points, all others layer by layer.
module NetworkKernel =

    /// The network without biases whose weights keep a unit variance: C_w = 1 / E s(z)^2.
    let create activation depth =
        if depth < 1 then
            invalidArg (nameof depth) $"A network has 1 hidden layer or more, not {depth}."

        {
            Activation = activation
            Depth = depth
            WeightVariance = 1.0 / Criticality.secondMoment activation 1.0
            BiasVariance = 0.0
        }

    /// Whether the fused kernels of ReLU networks apply.
    let private isPlainRelu (shape: NetworkShape) =
        shape.Activation = Relu && shape.BiasVariance = 0.0

    let private choose kind (kernels: ReluKernels) =
        match kind with
        | TangentKernel -> kernels.Tangent
        | ProcessKernel -> kernels.Covariance

    /// The kernels are those of C_w = 2 times (C_w / 2)^L, as each layer is homogeneous.
    let private reluGram execution kind (shape: NetworkShape) points =
        let gram = ReluGram.kernels execution shape.Depth points |> choose kind
        let scale = pown (0.5 * shape.WeightVariance) shape.Depth
        if scale = 1.0 then gram else gram.Multiply scale

    /// The n x n Gram matrix of the points, one per row.
    let gram execution kind (shape: NetworkShape) (points: Matrix<float>) : Matrix<float> =
        if isPlainRelu shape then
            reluGram execution kind shape points
        elif (TwoSlopeKernel.slopeBelow shape.Activation).IsSome then
            TwoSlopeKernel.gram execution (kind = TangentKernel) shape points
        else
            LayeredKernel.gram execution (kind = TangentKernel) shape points

    /// Rows of a block: two of them are stacked, so 4 x 512^2 numbers for each kernel.
    let private edge = 512

    let private rows first count (points: Matrix<float>) =
        points.SubMatrix(first, count, 0, points.ColumnCount)

    /// The q x n kernel between two sets of points, in blocks: of each pair of blocks the Gram matrix of both is
    /// made and its corner kept.
    let cross execution kind shape (others: Matrix<float>) (points: Matrix<float>) : Matrix<float> =
        let result: Matrix<float> =
            Matrix<float>.Build.Dense(others.RowCount, points.RowCount)

        for top in 0..edge .. others.RowCount - 1 do
            let height = min edge (others.RowCount - top)

            for left in 0..edge .. points.RowCount - 1 do
                let width = min edge (points.RowCount - left)
                let both = (rows top height others).Stack(rows left width points)
                let block = gram execution kind shape both
                result.SetSubMatrix(top, left, block.SubMatrix(0, height, height, width))

        result

    let private reluBands execution kind (shape: NetworkShape) rows points =
        let scale = pown (0.5 * shape.WeightVariance) shape.Depth

        ReluGram.bands execution 0 shape.Depth rows points
        |> Seq.map (fun band ->
            let values =
                match kind with
                | TangentKernel -> band.TangentRows
                | ProcessKernel -> band.CovarianceRows

            if scale <> 1.0 then
                for k in 0 .. values.Length - 1 do
                    values[k] <- scale * values[k]

            struct (band.FirstRow, values))

    /// The Gram matrix some rows at a time, for matrices that are written away: the index of the first row, and the rows
    /// one after the other.
    let bands execution kind shape rows (points: Matrix<float>) =
        if isPlainRelu shape then
            reluBands execution kind shape rows points
        else
            seq {
                for first in 0..rows .. points.RowCount - 1 do
                    let some =
                        points.SubMatrix(first, min rows (points.RowCount - first), 0, points.ColumnCount)

                    struct (first, (cross execution kind shape some points).ToRowMajorArray())
            }

    /// The kernel of each point with itself.
    let diagonal execution kind shape (points: Matrix<float>) =
        Array.init points.RowCount (fun i -> (gram execution kind shape (rows i 1 points))[0, 0])
