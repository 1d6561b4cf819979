namespace NtkTheory.Reference

/// One-point Lipschitz extension in the plane by search.
module Extensions =

    /// The least over p in the plane of max_i |p - f_i|^2 - c_i, by ternary search inside ternary search: the function
    /// is convex.
    let least (images: (float * float) list) (allowed: float list) =
        let value x y =
            List.map2 (fun (a, b) c -> (x - a) ** 2.0 + (y - b) ** 2.0 - c) images allowed
            |> List.max

        let reach =
            1.0 + (images |> List.map (fun (a, b) -> max (abs a) (abs b)) |> List.max)

        let rec section count low high f =
            let third = (high - low) / 3.0
            let left, right = low + third, high - third

            if count = 0 then f ((low + high) / 2.0)
            elif f left < f right then section (count - 1) low right f
            else section (count - 1) left high f

        section 50 -reach reach (fun x -> section 50 -reach reach (fun y -> value x y))
