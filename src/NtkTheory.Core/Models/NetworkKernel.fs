namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics

/// Which kernel of a network of infinite width.
type KernelKind =
    /// The tangent kernel: gradients of all layers and biases.
    | TangentKernel
    /// The Gaussian-process kernel: the covariance of the outputs at the start.
    | ProcessKernel

/// The rows of a Gram matrix from the first.
type KernelRows = {
    /// Numbers that are held for all rows.
    Held: int64
    /// Bands of so many rows, both triangles computed: the index of the first row, the number of rows, and an array that
    /// begins with them, one after the other; the next band overwrites it.
    Bands: int -> struct (int * int * float[]) seq
}

/// Kernels of networks of infinite width: ReLU networks without biases by the fused kernels and those of two slopes by
/// angles, both of which keep the digits of nearly parallel points, smooth ones by series, all others by closed forms.
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

    /// GELU has a closed form, but up to this deviation its series is shorter than the work of that.
    let private geluSeries = 4.0

    let private hasSeries (shape: NetworkShape) points =
        match shape.Activation with
        | Gelu ->
            LayeredKernel.firstVariances shape points
            |> LayeredKernel.variances shape (Criticality.secondMoment Gelu)
            |> Seq.forall (Array.forall (fun variance -> variance <= geluSeries * geluSeries))
        | activation -> (DualActivation.closedForm activation).IsNone

    /// The kernel of points block by block, for all but the fused ones.
    let private blockKernel execution kind (shape: NetworkShape) points =
        let withTangent = kind = TangentKernel

        if (TwoSlopeKernel.slopeBelow shape.Activation).IsSome then
            TwoSlopeKernel.create withTangent shape points
        elif hasSeries shape points then
            SeriesKernel.create execution withTangent shape points
        else
            LayeredKernel.create withTangent shape points

    /// The n x n Gram matrix of the points, one per row.
    let gram execution kind (shape: NetworkShape) (points: Matrix<float>) : Matrix<float> =
        if isPlainRelu shape then
            reluGram execution kind shape points
        else
            BlockKernel.gram execution (blockKernel execution kind shape points)

    let private reluBands execution kind (shape: NetworkShape) rows (points: Matrix<float>) =
        let scale = pown (0.5 * shape.WeightVariance) shape.Depth

        ReluGram.bands execution 0 shape.Depth rows points
        |> Seq.map (fun band ->
            let values =
                match kind with
                | TangentKernel -> band.TangentRows
                | ProcessKernel -> band.CovarianceRows

            if scale <> 1.0 then
                for k in 0 .. band.Rows * points.RowCount - 1 do
                    values[k] <- scale * values[k]

            struct (band.FirstRow, band.Rows, values))

    /// Rows of a ReLU kernel between two sets of points that are made at a time, with those of the first set's own.
    let private together = 512

    let private reluCross
        execution
        kind
        shape
        (others: Matrix<float>)
        (points: Matrix<float>)
        : Matrix<float> =
        let result: Matrix<float> =
            Matrix<float>.Build.Dense(others.RowCount, points.RowCount)

        for top in 0..together .. others.RowCount - 1 do
            let some =
                others.SubMatrix(top, min together (others.RowCount - top), 0, others.ColumnCount)

            let struct (_, _, values) =
                some.Stack points |> reluBands execution kind shape some.RowCount |> Seq.head

            let width = some.RowCount + points.RowCount

            for i in 0 .. some.RowCount - 1 do
                for j in 0 .. points.RowCount - 1 do
                    result[top + i, j] <- values[i * width + some.RowCount + j]

        result

    /// The q x n kernel between two sets of points.
    let cross execution kind shape (others: Matrix<float>) (points: Matrix<float>) : Matrix<float> =
        if isPlainRelu shape then
            reluCross execution kind shape others points
        else
            BlockKernel.cross execution (blockKernel execution kind shape) others points

    /// The Gram matrix some rows at a time, for matrices that are written away.
    let rows execution kind shape (points: Matrix<float>) =
        if isPlainRelu shape then
            {
                Held = 0L
                Bands = fun rows -> reluBands execution kind shape rows points
            }
        else
            let kernel = blockKernel execution kind shape points

            let n = points.RowCount

            let bands rows =
                seq {
                    let values = Array.zeroCreate (min rows n * n)

                    for first in 0..rows .. n - 1 do
                        let count = min rows (n - first)
                        BlockKernel.rows execution kernel 0 first count values
                        struct (first, count, values)
                }

            { Held = kernel.Held; Bands = bands }

    /// The kernel of each point with itself.
    let diagonal execution kind shape (points: Matrix<float>) =
        if hasSeries shape points then
            BlockKernel.diagonal (blockKernel execution kind shape points)
        else
            Array.init points.RowCount (fun i ->
                (gram execution kind shape (points.SubMatrix(i, 1, 0, points.ColumnCount)))[0, 0])
