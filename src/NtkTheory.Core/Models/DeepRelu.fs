namespace NtkTheory.Models

/// The kernels of a deep ReLU network of infinite width after some hidden layers, for unit inputs.
type DeepKernels = {
    /// The covariance of the preactivations.
    Sigma: float
    /// The covariance of the derivatives.
    SigmaDot: float
    /// The tangent kernel.
    Theta: float
}

/// Tangent and Gaussian-process kernels of deep ReLU networks with weight variance 2 / fan-in (Jacot, Gabriel
/// and Hongler 2018; Arora et al. 2019), carried in the defect 1 - Sigma so that near points stay apart.
module DeepRelu =

    /// The kernels after 1, 2, ... hidden layers: Sigma' = 2 E[rr], SigmaDot = 2 E[r'r'],
    /// Theta' = Theta SigmaDot + Sigma', from Theta = Sigma = x.x'.
    let kernels hiddenLayers (angle: Angle) =
        let next (defect, kernels) =
            let angle = Angle.ofDefect defect
            let sigmaDot = 2.0 * ArcCosine.degreeZero angle
            let sigma = 2.0 * ArcCosine.degreeOne angle

            2.0 * ArcCosine.degreeOneDefect angle,
            {
                Sigma = sigma
                SigmaDot = sigmaDot
                Theta = kernels.Theta * sigmaDot + sigma
            }

        let first = {
            Sigma = Angle.cosine angle
            SigmaDot = 1.0
            Theta = Angle.cosine angle
        }

        List.scan (fun state _ -> next state) (Angle.defect angle, first) [ 1..hiddenLayers ]
        |> List.tail
        |> List.map snd
