namespace NtkTheory.Models

open MathNet.Numerics.LinearAlgebra

/// The softmax and the derivatives of cross-entropy by the logits.
module Softmax =

    /// e^{f_c} over their sum, shifted by the largest logit so that nothing overflows.
    let probabilities (logits: Vector<float>) =
        let top = logits.Maximum()
        let powers: Vector<float> = logits.Map(fun f -> exp (f - top))
        powers.Divide(powers.Sum())

    /// -ln p_label.
    let crossEntropy label (logits: Vector<float>) =
        let top = logits.Maximum()
        top + log ((logits.Map(fun f -> exp (f - top))).Sum()) - logits[label]

    /// p - e_label, the gradient of the cross-entropy by the logits.
    let gradient label logits =
        let p = probabilities logits
        p[label] <- p[label] - 1.0
        p

    /// diag p - p p^T, the Hessian of the cross-entropy by the logits, the same for every label.
    let hessian (p: Vector<float>) : Matrix<float> =
        Matrix<float>.Build.DenseOfDiagonalVector(p) - p.OuterProduct p

    /// Gradients J_ic^T (p - e_c') of every example under every label, with weights p_c' / (n C): `jacobians`[c][i] is
    /// C x D and `predictions`[c][i] the softmax output, n examples of each of C classes.
    let labelGradients (jacobians: Matrix<float>[][]) (predictions: Vector<float>[][]) =
        let classes = predictions.Length
        let scale = 1.0 / float (Array.sumBy Array.length predictions)

        let gradient c label i =
            let prediction, jacobian = predictions[c][i], jacobians[c][i]
            let error = prediction.Clone()
            error[label] <- error[label] - 1.0
            jacobian.TransposeThisAndMultiply error

        let weight c label i =
            let prediction = predictions[c][i]
            scale * prediction[label]

        let table cell =
            predictions
            |> Array.mapi (fun c (examples: Vector<float>[]) ->
                Array.init classes (fun label -> Array.init examples.Length (cell c label)))

        {
            Weights = table weight
            Gradients = table gradient
        }

    /// G = Avg J^T (diag p - p p^T) J, the Gauss-Newton matrix.
    let gaussNewton (jacobians: Matrix<float>[][]) (predictions: Vector<float>[][]) : Matrix<float> =
        let scale = 1.0 / float (Array.sumBy Array.length predictions)
        let first = jacobians[0][0]
        let d = first.ColumnCount
        let zero: Matrix<float> = Matrix<float>.Build.Dense(d, d)

        Seq.zip (Seq.concat jacobians) (Seq.concat predictions)
        |> Seq.fold (fun sum (j, p) -> sum + (j.TransposeThisAndMultiply(hessian p * j)).Multiply scale) zero
