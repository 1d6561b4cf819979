namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra

/// How the squared residual changes in one step of gradient descent on a ReLU network, split by the neurons that
/// cannot flip within a radius of the start and those that can (Song and Yang 2019, claim 9).
type StepDecomposition = {
    /// H at the weights before the step.
    Gram: Matrix<float>
    /// The part of H of the neurons that can flip, row i counting those of point i; not symmetric.
    FragileGram: Matrix<float>
    /// The change of the outputs by neurons that can flip.
    FragileChange: Vector<float>
    /// y - u before the step.
    Residual: Vector<float>
    /// -2 eta r'Hr, 2 eta r'H'r, -2 r'v_2 and |u' - u|^2.
    Terms: float[]
    /// ||y - u||^2 before and after the step.
    Before: float
    After: float
}

/// Taking the step apart.
module StepDecomposition =

    let private fragile (start: Matrix<float>) radius r i = abs start[r, i] < radius

    let private activeMean fragile (t: Matrix<float>) (products: Matrix<float>) : Matrix<float> =
        let width = t.RowCount

        products.MapIndexed(fun i j product ->
            let mutable both = 0

            for r in 0 .. width - 1 do
                if t[r, i] >= 0.0 && t[r, j] >= 0.0 && fragile r i then
                    both <- both + 1

            product * float both / float width)

    let private fragileChange fragile (before: TwoLayer) (t: Matrix<float>) (t': Matrix<float>) i =
        let scale = 1.0 / sqrt (float t.RowCount)

        let term r a =
            if fragile r i then
                a * (max t'[r, i] 0.0 - max t[r, i] 0.0)
            else
                0.0

        scale * Array.sum (Array.mapi term before.Outer)

    /// The step from `before` with the given rate; fragile are the neurons of which the preactivation at `start`
    /// is below the radius in magnitude.
    let ofStep radius rate (points: Matrix<float>) (labels: float[]) (start: TwoLayer) (before: TwoLayer) =
        let after = TwoLayer.step rate points labels before
        let isFragile = fragile (TwoLayer.preactivations start points) radius
        let t = TwoLayer.preactivations before points
        let products = points.TransposeAndMultiply points
        let gram = activeMean (fun _ _ -> true) t products
        let fragileGram = activeMean isFragile t products
        let change = fragileChange isFragile before t (TwoLayer.preactivations after points)
        let v2 = Vector<float>.Build.Dense(Array.init points.RowCount change)
        let residual = -Vector<float>.Build.Dense(TwoLayer.residuals before points labels)
        let next = -Vector<float>.Build.Dense(TwoLayer.residuals after points labels)
        let move = residual - next

        {
            Gram = gram
            FragileGram = fragileGram
            FragileChange = v2
            Residual = residual
            Terms = [|
                -2.0 * rate * residual.DotProduct(gram * residual)
                2.0 * rate * residual.DotProduct(fragileGram * residual)
                -2.0 * residual.DotProduct v2
                move.DotProduct move
            |]
            Before = residual.DotProduct residual
            After = next.DotProduct next
        }
