/// Kernel problems with a test point, on which flows are compared.
module NtkTheory.Catalog.Kernels.FlowProblem

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Claims
open NtkTheory.Models
open NtkTheory.Sampling

/// `Size` is a time. The last point is the test point, the others are the data.
let ranges = {
    Setting.usual with
        Counts = 2, 5
        Dimensions = 2, 5
        Widths = 1, 1
        Sizes = 0.2, 20.0
}

/// Kernel matrix of the data, kernel values of the test point, labels, start on the data and at the test point.
type Problem = {
    Kernel: Matrix<float>
    Section: float[]
    Labels: float[]
    Start: float[]
    StartHere: float
}

/// The kernel problem of a setting.
let problem (setting: Setting) =
    let gram = GramMatrix.tangent (Setting.points setting)
    let n = gram.RowCount - 1
    let start = Draw.normals (Seed.split "start" (Setting.seed setting)) (n + 1)

    {
        Kernel = gram.SubMatrix(0, n, 0, n)
        Section = gram.Row(n).SubVector(0, n).ToArray()
        Labels = Array.truncate n (Setting.labels setting)
        Start = Array.truncate n start
        StartHere = start[n]
    }

/// What a data set must satisfy.
let dataConditions = [ Condition.unitRows; Condition.distinctRows ]

/// An exact statement of the slides on the flow.
let entry id title statement = {
    Id = id
    Title = title
    Statement = statement
    Source = Sources.slides "Jacot, Gabriel and Hongler (2018)"
    Status = Proved
    Sharpness = Exact
    Method = ""
    Remark = ""
}
