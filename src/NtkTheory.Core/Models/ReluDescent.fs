namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra

/// Gradient descent of a two-layer ReLU network on ||u - y||^2 / 2, in the coordinates of its preactivations: a
/// step moves w_r along the points alone, so n numbers per neuron are enough whatever the dimension.
type ReluDescent = {
    /// The inner products of the points, n x n.
    Products: float[,]
    /// a_r / sqrt m.
    Factors: float[]
    /// w_r.x_i, m x n.
    Preactivations: float[,]
    /// w_r - w_r(0) is the sum over i of these times x_i, m x n.
    Coefficients: float[,]
}

/// Starting and running descents.
module ReluDescent =

    /// The descent from a network (its activation is taken to be ReLU) on points, one per row.
    let start (network: TwoLayer) (points: Matrix<float>) =
        let width = TwoLayer.width network
        let scale = 1.0 / sqrt (float width)

        {
            Products = (points.TransposeAndMultiply points).ToArray()
            Factors = network.Outer |> Array.map (fun a -> a * scale)
            Preactivations = (TwoLayer.preactivations network points).ToArray()
            Coefficients = Array2D.zeroCreate width points.RowCount
        }

    /// The n outputs.
    let outputs state =
        let t = state.Preactivations

        Array.init (Array2D.length2 t) (fun i ->
            let mutable sum = 0.0

            for r in 0 .. state.Factors.Length - 1 do
                sum <- sum + state.Factors[r] * max t[r, i] 0.0

            sum)

    /// Writes the move of one neuron: -rate times its gradient, as coefficients on the points.
    let private fillMove rate state (residuals: float[]) r (change: float[]) =
        let scale = -rate * state.Factors[r]

        for i in 0 .. residuals.Length - 1 do
            change[i] <-
                if state.Preactivations[r, i] >= 0.0 then
                    scale * residuals[i]
                else
                    0.0

    /// One step in place; the arrays belong to the run that made them.
    let private advance rate state residuals =
        let count = Array.length residuals
        let change = Array.zeroCreate count

        let preactivations, coefficients, products =
            state.Preactivations, state.Coefficients, state.Products

        for r in 0 .. state.Factors.Length - 1 do
            fillMove rate state residuals r change

            for i in 0 .. count - 1 do
                coefficients[r, i] <- coefficients[r, i] + change[i]
                let mutable shift = 0.0

                for j in 0 .. count - 1 do
                    shift <- shift + change[j] * products[i, j]

                preactivations[r, i] <- preactivations[r, i] + shift

    /// A state that shares nothing with the given one.
    let private copy state = {
        state with
            Preactivations = Array2D.copy state.Preactivations
            Coefficients = Array2D.copy state.Coefficients
    }

    /// The state after `steps` steps and the squared residual norms before each of them and at the end.
    let run rate (labels: float[]) steps start =
        let state = copy start
        let norms = Array.zeroCreate (steps + 1)

        for k in 0..steps do
            let residuals = Array.map2 (-) (outputs state) labels
            norms[k] <- Array.sumBy (fun r -> r * r) residuals

            if k < steps then
                advance rate state residuals

        state, norms

    /// The distance that each neuron has gone from its start.
    let displacements state =
        let count = Array2D.length2 state.Coefficients

        Array.init state.Factors.Length (fun r ->
            let mutable square = 0.0

            for i in 0 .. count - 1 do
                for j in 0 .. count - 1 do
                    square <-
                        square
                        + state.Coefficients[r, i] * state.Products[i, j] * state.Coefficients[r, j]

            sqrt (max 0.0 square))

    /// H: the tangent Gram matrix of the state.
    let gram state : Matrix<float> =
        let count = Array2D.length2 state.Preactivations
        let active = state.Preactivations |> Array2D.map (fun t -> t >= 0.0)
        let both = GramMatrix.jointCounts active

        Matrix<float>
            .Build.Dense(
                count,
                count,
                fun i j -> state.Products[i, j] * float both[i, j] / float state.Factors.Length
            )
