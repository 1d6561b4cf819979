namespace NtkTheory.Models

#nowarn "9" // addresses inside pinned arrays and workspaces of whole words of neurons

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Numerics
open NtkTheory.Sampling

/// Tangent Gram matrices of random two-layer ReLU networks of one width on one set of points, the memory of a draw
/// used again for the next: one per thread.
[<Sealed>]
type GramSampler(lanes: Lanes, points: Matrix<float>, width: int) =
    let count, dimension = points.RowCount, points.ColumnCount
    let words = JointActivity.wordsOf width
    let bits = Array.zeroCreate<uint64>(Gates.paddedRows count * words)
    let products = Product.gram Execution.sequential points

    let padded =
        Array.append
            (points.ToRowMajorArray())
            (Array.zeroCreate ((Gates.paddedRows count - count) * dimension))

    /// The bits of 64 neurons, whose weights are drawn, used and forgotten in cache.
    let activate key (weights: Workspace) (packed: Workspace) word =
        use x = fixed padded
        use bits = fixed &bits[word]
        let first = int64 word * int64 (64 * dimension)
        NormalStream.writeNormal lanes key first (4 * dimension) weights.Pointer
        Gates.word lanes dimension (Gates.paddedRows count) x weights.Pointer packed.Pointer bits words

    /// Neurons beyond the last do not count.
    let forget () =
        if width % 64 > 0 then
            for row in 0 .. count - 1 do
                let at = row * words + words - 1
                bits[at] <- bits[at] &&& ((1UL <<< width % 64) - 1UL)

    /// Writes H^dis of the width x d standard normal weights of a seed, n x n: (x_i.x_j) times the part of the neurons
    /// active on both.
    member _.Draw(Seed key, target: Matrix<float>) =
        use weights = new Workspace(64 * dimension)
        use packed = new Workspace(64 * dimension)

        for word in 0 .. words - 1 do
            activate key weights packed word

        forget ()

        for i in 0 .. count - 1 do
            for j in 0..i do
                let value = products[i, j] * float (JointActivity.both words bits i j) / float width
                target[i, j] <- value
                target[j, i] <- value
