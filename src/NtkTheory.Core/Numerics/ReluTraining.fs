namespace NtkTheory.Numerics

#nowarn "9" // addresses inside pinned arrays, one block of neurons at a time
#nowarn "3536" // the interface with static members is used as a constraint only

open System
open System.Runtime.Intrinsics
open Microsoft.FSharp.NativeInterop

/// Passes over a row of one neuron's preactivations.
[<AbstractClass; Sealed>]
type internal ReluRow<'V, 'L when 'V: struct and 'L :> ILanes<'V>> =

    /// outputs <- outputs + factor max(z, 0).
    static member AddOutputs(factor: float, z: nativeptr<float>, outputs: nativeptr<float>, count: int) =
        let zero = 'L.Splat 0.0
        let a = 'L.Splat factor

        for index in 0 .. count / 'L.Count - 1 do
            let at = index * 'L.Count
            let value = 'L.Load(NativePtr.add z at)
            let active = 'L.Select('L.Less(value, zero), zero, value)
            let place = NativePtr.add outputs at
            'L.Store(place, 'L.Fma(a, active, 'L.Load place))

    /// z <- factor residual where z >= 0, otherwise 0.
    static member ToMoves(factor: float, residuals: nativeptr<float>, z: nativeptr<float>, count: int) =
        let zero = 'L.Splat 0.0
        let a = 'L.Splat factor

        for index in 0 .. count / 'L.Count - 1 do
            let place = NativePtr.add z (index * 'L.Count)
            let move = 'L.Mul(a, 'L.Load(NativePtr.add residuals (index * 'L.Count)))
            'L.Store(place, 'L.Select('L.Less('L.Load place, zero), zero, move))

/// Full-batch gradient descent of the hidden layer of a two-layer ReLU network, f(x) = the sum of c_r max(w_r.x, 0),
/// on ||u - y||^2 / 2: two matrix products a step, done for one block of neurons after the other while it is in
/// cache, the block's next preactivations together with its move.
module ReluTraining =

    /// Neurons of a block.
    let private block = 256

    type private Run = {
        Execution: Execution
        Points: MatrixView
        Outer: float[]
        Hidden: MatrixView
        /// m x n, rows padded to whole registers.
        Preactivations: MatrixView
        /// One row of outputs for each block.
        Partial: float[]
    }

    let private addOutputs lanes factor z outputs count =
        match lanes with
        | Eight -> ReluRow<Vector512<float>, Lanes512>.AddOutputs(factor, z, outputs, count)
        | Four -> ReluRow<Vector256<float>, Lanes256>.AddOutputs(factor, z, outputs, count)
        | Two -> ReluRow<Vector128<float>, Lanes128>.AddOutputs(factor, z, outputs, count)
        | One -> ReluRow<float, Lanes64>.AddOutputs(factor, z, outputs, count)

    let private toMoves lanes factor residuals z count =
        match lanes with
        | Eight -> ReluRow<Vector512<float>, Lanes512>.ToMoves(factor, residuals, z, count)
        | Four -> ReluRow<Vector256<float>, Lanes256>.ToMoves(factor, residuals, z, count)
        | Two -> ReluRow<Vector128<float>, Lanes128>.ToMoves(factor, residuals, z, count)
        | One -> ReluRow<float, Lanes64>.ToMoves(factor, residuals, z, count)

    let private pitch run = run.Preactivations.RowStride

    let private rowsOf first rows view =
        MatrixView.block first 0 rows view.Columns view

    /// The block's preactivations and its part of the outputs.
    let private forward run index first rows =
        let one = { run.Execution with Workers = 1 }

        Gemm.assign
            one
            1.0
            (rowsOf first rows run.Hidden)
            (MatrixView.transpose run.Points)
            (rowsOf first rows run.Preactivations)

        use z = new Pinned(run.Preactivations.Data)
        use partial = new Pinned(run.Partial)
        let outputs = NativePtr.add partial.Pointer (index * pitch run)
        Span<float>(NativePtr.toVoidPtr outputs, pitch run).Clear()

        for r in first .. first + rows - 1 do
            addOutputs one.Lanes run.Outer[r] (NativePtr.add z.Pointer (r * pitch run)) outputs (pitch run)

    /// Moves the block's weights by -rate times the gradient.
    let private backward run rate (residuals: float[]) first rows =
        let one = { run.Execution with Workers = 1 }
        use z = new Pinned(run.Preactivations.Data)
        use pinned = new Pinned(residuals)

        for r in first .. first + rows - 1 do
            let row = NativePtr.add z.Pointer (r * pitch run)
            toMoves one.Lanes (-rate * run.Outer[r]) pinned.Pointer row (pitch run)

        Gemm.accumulate
            one
            1.0
            (rowsOf first rows run.Preactivations)
            run.Points
            (rowsOf first rows run.Hidden)

    let private blocks run = (run.Outer.Length + block - 1) / block

    let private eachBlock run work =
        Execution.run run.Execution (blocks run) (fun index ->
            let first = index * block
            work index first (min block (run.Outer.Length - first)))

    let private residuals run (labels: float[]) =
        Array.init (pitch run) (fun i ->
            if i < labels.Length then
                Seq.sum (seq { for index in 0 .. blocks run - 1 -> run.Partial[index * pitch run + i] })
                - labels[i]
            else
                0.0)

    let private start execution (points: MatrixView) outer (hidden: float[]) =
        let width = Array.length outer
        let pitch = (points.Rows + 7) / 8 * 8

        {
            Execution = execution
            Points = points
            Outer = outer
            Hidden = MatrixView.rowMajor width points.Columns (Array.copy hidden)
            Preactivations =
                MatrixView.rowMajor width pitch (Array.zeroCreate (width * pitch))
                |> MatrixView.block 0 0 width points.Rows
            Partial = Array.zeroCreate ((width + block - 1) / block * pitch)
        }

    /// The m x d weights (given and returned row after row) after `steps` steps at a learning rate from n x d points,
    /// with the squared residual norms before each step and at the end. The derivative at 0 is 1.
    let descend execution rate (points: MatrixView) labels outer hidden steps =
        let run = start execution points outer hidden
        let norms = Array.zeroCreate (steps + 1)
        eachBlock run (forward run)

        for step in 0..steps do
            let residual = residuals run labels
            norms[step] <- Array.sumBy (fun r -> r * r) residual

            if step < steps then
                eachBlock run (fun index first rows ->
                    backward run rate residual first rows
                    forward run index first rows)

        struct (run.Hidden.Data, norms)
