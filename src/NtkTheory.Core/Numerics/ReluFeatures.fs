namespace NtkTheory.Numerics

#nowarn "9" // addresses inside a pinned array, whole padded rows
#nowarn "3536" // the interface with static members is used as a constraint only

open System.Runtime.Intrinsics
open Microsoft.FSharp.NativeInterop
open MathNet.Numerics.LinearAlgebra

/// max(z, 0) along a row.
[<AbstractClass; Sealed>]
type internal Rectifier<'V, 'L when 'V: struct and 'L :> ILanes<'V>> =

    /// z <- max(z, 0) for a multiple of 8 numbers.
    static member Run(z: nativeptr<float>, count: int) =
        let zero = 'L.Splat 0.0

        for index in 0 .. count / 'L.Count - 1 do
            let place = NativePtr.add z (index * 'L.Count)
            let value = 'L.Load place
            'L.Store(place, 'L.Select('L.Less(value, zero), zero, value))

/// The tangent kernel of two-layer ReLU networks at given hidden weights, one block of neurons after the other while
/// its preactivations are in cache; neurons that are active on both of two points are counted in bits.
module ReluFeatures =

    /// Neurons of a block, whole words of bits.
    let private block = 512

    let private rectify lanes z count =
        match lanes with
        | Eight -> Rectifier<Vector512<float>, Lanes512>.Run(z, count)
        | Four -> Rectifier<Vector256<float>, Lanes256>.Run(z, count)
        | Two -> Rectifier<Vector128<float>, Lanes128>.Run(z, count)
        | One -> Rectifier<float, Lanes64>.Run(z, count)

    /// One block's preactivations, their signs as bits, and their features' part of the Gram matrix.
    let private addBlock
        execution
        (x: MatrixView)
        (w: MatrixView)
        (z: MatrixView)
        (bits: uint64[])
        first
        features
        =
        let count = min block (w.Rows - first)
        let some = MatrixView.block 0 0 x.Rows count z
        let words = JointActivity.wordsOf w.Rows

        Gemm.assign execution 1.0 x (MatrixView.transpose (MatrixView.block first 0 count w.Columns w)) some

        use pin = new Pinned(z.Data)

        Execution.run execution x.Rows (fun i ->
            JointActivity.fill z.Data (i * block) count bits (i * words + first / 64)
            rectify execution.Lanes (NativePtr.add pin.Pointer (i * block)) block)

        Gemm.accumulateGram execution 1.0 some features

    /// (x_i.x_j) times the part of the neurons that are active on both points, plus the mean of the product of their
    /// activities: the kernel of the gradient in both layers, n x n, for m x d hidden weights and outer weights of size 1.
    /// A neuron at its kink is active.
    let tangentGram execution (hidden: Matrix<float>) (points: Matrix<float>) : Matrix<float> =
        let n, m = points.RowCount, hidden.RowCount
        let x, w = MatrixView.ofMatrix points, MatrixView.ofMatrix hidden
        use scratchProducts = new ScratchMatrix(n, n)
        use scratchZ = new ScratchMatrix(n, block)
        let products, z = scratchProducts.View, scratchZ.View
        let gram = MatrixView.rowMajor n n (Array.zeroCreate (n * n))
        let words = JointActivity.wordsOf m
        let bits = Array.zeroCreate<uint64>(n * words)

        Execution.awake execution (fun () ->
            Gemm.assignGram execution 1.0 x products

            for first in 0..block .. m - 1 do
                addBlock execution x w z bits first gram

            Execution.run execution n (fun row ->
                let i = n - 1 - row

                for j in 0..i do
                    let both = float (JointActivity.both words bits i j)
                    let at = i * n + j
                    gram.Data[at] <- (both * products.Data[at] + gram.Data[at]) / float m)

            Gemm.mirror execution gram)

        MatrixView.ofSymmetric n gram.Data
