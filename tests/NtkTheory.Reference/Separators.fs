namespace NtkTheory.Reference

/// The separator of largest margin by trying every set of points as the support: slow, and nothing to go wrong.
module Separators =

    let private dot (x: float[]) y =
        Array.fold2 (fun sum a b -> sum + a * b) 0.0 x y

    /// The solution of a small linear system by elimination with pivoting; None where a pivot is below 1e-9.
    let private solve (matrix: float[][]) (right: float[]) =
        let a = Array.map2 (fun row b -> Array.append row [| b |]) matrix right
        let n = right.Length

        let isRegular =
            [ 0 .. n - 1 ]
            |> List.forall (fun k ->
                let pivot = [ k .. n - 1 ] |> List.maxBy (fun i -> abs (a[i][k]))
                let row = a[pivot]
                a[pivot] <- a[k]
                a[k] <- row

                if abs (row[k]) < 1e-9 then
                    false
                else
                    for i in 0 .. n - 1 do
                        if i <> k then
                            let factor = a[i][k] / row[k]
                            a[i] <- Array.map2 (fun x y -> x - factor * y) a[i] row

                    true)

        if isRegular then
            Some(Array.init n (fun i -> a[i][n] / a[i][i]))
        else
            None

    /// w and b for which the functional margins of the support are 1 and w is a combination of its points.
    let private onSupport bias (points: float[][]) (labels: float[]) (support: int[]) =
        let k = support.Length

        let z i =
            points[support[i]] |> Array.map (fun x -> labels[support[i]] * x)

        let size = if bias then k + 1 else k

        let entry i j =
            if i < k && j < k then dot (z i) (z j)
            elif i < k then labels[support[i]]
            elif j < k then labels[support[j]]
            else 0.0

        let matrix = Array.init size (fun i -> Array.init size (entry i))
        let right = Array.init size (fun i -> if i < k then 1.0 else 0.0)

        solve matrix right
        |> Option.map (fun s ->
            let w =
                Array.init points[0].Length (fun j ->
                    Seq.sum (seq { for i in 0 .. k - 1 -> s[i] * (z i)[j] }))

            w, (if bias then s[k] else 0.0))

    /// The least w, with its b, of functional margins at least 1, by enumeration of all supports; None where no support
    /// gives one, as when nothing separates the points. For labels of both signs where there is a bias.
    let maximalMargin bias (points: float[][]) (labels: float[]) =
        let isFeasible (w, b) =
            Array.forall2 (fun x label -> label * (dot w x + b) >= 1.0 - 1e-7) points labels

        seq { 1 .. (1 <<< points.Length) - 1 }
        |> Seq.map (fun mask ->
            [| 0 .. points.Length - 1 |] |> Array.filter (fun i -> (mask >>> i) &&& 1 = 1))
        |> Seq.filter (fun support -> support.Length <= points[0].Length + 1)
        |> Seq.choose (onSupport bias points labels)
        |> Seq.filter isFeasible
        |> List.ofSeq
        |> function
            | [] -> None
            | found -> Some(List.minBy (fun (w, _) -> dot w w) found)
