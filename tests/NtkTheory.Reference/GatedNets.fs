namespace NtkTheory.Reference

/// Two-layer networks with fixed gates, by loops and difference quotients.
module GatedNets =

    /// sum over neurons and inputs of s_i v_i u_ik x_k / sqrt(m d).
    let output (gates: float[]) (x: float[]) (u: float[][]) (v: float[]) =
        Seq.sum (
            seq {
                for i in 0 .. v.Length - 1 do
                    for k in 0 .. x.Length - 1 -> gates[i] * v[i] * u[i][k] * x[k]
            }
        )
        / sqrt (float (v.Length * x.Length))

    let private replace i value (row: 'T[]) =
        row |> Array.mapi (fun j old -> if i = j then value else old)

    /// The output is linear in each single weight, so its slope is the difference over a step of 1.
    let private slopes gates x (u: float[][]) (v: float[]) =
        let z = output gates x u v

        let inner =
            Array.mapi
                (fun i row ->
                    Array.mapi (fun k w -> output gates x (replace i (replace k (w + 1.0) row) u) v - z) row)
                u

        let outer = Array.mapi (fun i w -> output gates x u (replace i (w + 1.0) v) - z) v
        inner, outer

    /// The sum of all squared slopes.
    let kernel gates x u v =
        let inner, outer = slopes gates x u v

        Array.sumBy (Array.sumBy (fun g -> g * g)) inner
        + Array.sumBy (fun g -> g * g) outer

    /// The weights after a step of gradient descent on (z - y)^2/2.
    let step gates x eta y (u: float[][]) (v: float[]) =
        let inner, outer = slopes gates x u v
        let r = output gates x u v - y
        let move = Array.map2 (fun w g -> w - eta * r * g)
        Array.map2 move u inner, move v outer
