namespace NtkTheory.Reference

/// The kernels of deep ReLU networks by the textbook formulas with arccos.
module DeepReluKernels =

    let private dot (x: float[]) (y: float[]) = Array.sum (Array.map2 (*) x y)

    /// The covariance and tangent kernels of two points after some hidden layers, the weights below `frozen` not
    /// moving.
    let pair frozen hiddenLayers x y =
        let scale = sqrt (dot x x * dot y y)

        let rec climb layer rho theta =
            if layer > hiddenLayers then
                scale * rho, scale * theta
            else
                let angle = acos (max -1.0 (min 1.0 rho))
                let next = (sin angle + (System.Math.PI - angle) * cos angle) / System.Math.PI
                let slope = (System.Math.PI - angle) / System.Math.PI
                climb (layer + 1) next (theta * slope + (if layer >= frozen then next else 0.0))

        let rho = dot x y / scale
        climb 1 rho (if frozen = 0 then rho else 0.0)
