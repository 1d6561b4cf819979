namespace NtkTheory.Reference

/// Power series summed in decimal arithmetic of 28 digits: slow, and right to far more than a double.
module Series =

    let private sum (first: decimal) (ratio: int -> decimal) =
        let rec go total term k =
            let next = total + term

            if next = total then
                total
            else
                go next (term * ratio k) (k + 1)

        go 0m first 0

    /// A double to 24 digits or more (the framework's own conversion keeps 15).
    let ofFloat (x: float) =
        let units = round (x * 1073741824.0)
        decimal (int64 units) / 1073741824m + decimal (x - units / 1073741824.0)

    /// pi.
    let pi = 3.1415926535897932384626433833m

    /// e^x for |x| <= 10.
    let exp (x: float) =
        let size = abs (ofFloat x)
        let grown = sum 1m (fun k -> size / decimal (k + 1))
        float (if x < 0.0 then 1m / grown else grown)

    /// tanh x for |x| <= 10.
    let tanh (x: float) =
        let grown = sum 1m (fun k -> 2m * abs (ofFloat x) / decimal (k + 1))
        float ((grown - 1m) / (grown + 1m)) * float (sign x)

    /// erf x for |x| <= 3: x e^(-x^2) 2 / sqrt pi times the sum of (2 x^2)^k / (1 3 5 ... (2k + 1)), all positive.
    let erf (x: float) =
        let z = ofFloat x * ofFloat x
        let series = sum (ofFloat x) (fun k -> 2m * z / decimal (2 * k + 3))
        let decay = sum 1m (fun k -> z / decimal (k + 1))
        float (2m * series / decay / 1.7724538509055160272981674833m)

    /// sin x for |x| <= 10.
    let sin (x: decimal) =
        float (sum x (fun k -> -x * x / decimal ((2 * k + 2) * (2 * k + 3))))

    /// ln x for 0.001 <= x <= 1000: twice the area tangent of (x - 1) / (x + 1).
    let log (x: float) =
        let s = (ofFloat x - 1m) / (ofFloat x + 1m)

        let rec go total power k =
            let next = total + power / decimal (2 * k + 1)

            if next = total then
                total
            else
                go next (power * s * s) (k + 1)

        float (2m * go 0m s 0)
