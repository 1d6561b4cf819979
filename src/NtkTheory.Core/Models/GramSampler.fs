namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics
open NtkTheory.Sampling

/// Tangent Gram matrices of random two-layer ReLU networks of one width on one set of points, the memory of a draw
/// used again for the next: one per thread.
[<Sealed>]
type GramSampler(points: Matrix<float>, width: int) =
    // neurons at a time, whole words of bits: their preactivations stay in cache
    let block = 1024
    let count = points.RowCount
    let execution = Execution.sequential
    let weights = Array.zeroCreate<float>(width * points.ColumnCount)
    let preactivations = Array.zeroCreate<float>(count * min width block)
    let words = JointActivity.wordsOf width
    let bits = Array.zeroCreate<uint64>(count * words)
    let products = Product.gram execution points
    let view = MatrixView.ofMatrix points

    /// The bits of some neurons, from `first` on, for all points.
    let activate first =
        let size = min block (width - first)
        let dimension = points.ColumnCount

        let across =
            MatrixView.rowMajor width dimension weights
            |> MatrixView.block first 0 size dimension
            |> MatrixView.transpose

        Gemm.assign execution 1.0 view across (MatrixView.rowMajor count size preactivations)

        for i in 0 .. count - 1 do
            JointActivity.fill preactivations (i * size) size bits (i * words + first / 64)

    /// Writes H^dis of the width x d standard normal weights of a seed, n x n: (x_i.x_j) times the part of the neurons
    /// active on both.
    member _.Draw(seed: Seed, target: Matrix<float>) =
        Draw.fillNormal seed weights

        for first in 0..block .. width - 1 do
            activate first

        for i in 0 .. count - 1 do
            for j in 0..i do
                let value = products[i, j] * float (JointActivity.both words bits i j) / float width
                target[i, j] <- value
                target[j, i] <- value
