namespace NtkTheory.Analysis

open MathNet.Numerics.LinearAlgebra
open NtkTheory.Models
open NtkTheory.Numerics
open NtkTheory.Reporting
open NtkTheory.Sampling

/// What all checks of guarantees share: the points of the sample, their kernel, and how networks are drawn.
type Setting = {
    Options: AnalysisOptions
    Execution: Execution
    Summary: DataSummary
    /// The number that each point had in the file.
    Rows: int[]
    /// n x d.
    Points: Matrix<float>
    /// Labels in [-1, 1].
    Labels: float[]
    /// The tangent kernel of the hidden layer at infinite width, n x n.
    Gram: Matrix<float>
    Spectrum: KernelSpectrum
    /// lambda_min with its error.
    Smallest: Estimate
}

/// Making a setting and drawing its networks.
module Setting =

    /// The setting of a sample.
    let create (options: AnalysisOptions) execution backend (subject: Subject) =
        let points = subject.Data.Points
        let gram = SpectrumSummary.hiddenLayerGram execution options.Activation points
        let spectrum = KernelSpectrum.ofGramBy execution backend gram

        let norm =
            if points.RowCount = 0 then
                0.0
            else
                (points.RowNorms 2.0).Maximum()

        let entries =
            SpectrumSummary.entryRadius (NetworkKernel.create options.Activation 1) points.ColumnCount norm

        {
            Options = options
            Execution = execution
            Summary = DataSummary.create subject
            Rows = subject.Data.Rows
            Points = points
            Labels = subject.Bounded
            Gram = gram
            Spectrum = spectrum
            Smallest = SpectrumSummary.smallest execution backend (2.0 * entries) gram
        }

    /// The number of points n.
    let count (setting: Setting) = setting.Labels.Length

    /// lambda_min as far as it is certain; 0 where it is not.
    let lambda (setting: Setting) =
        max 0.0 (Estimate.lower setting.Smallest)

    /// The seed of a run.
    let seed (setting: Setting) run =
        Seed.ofInt setting.Options.Seed |> Seed.split "analyze" |> Seed.at run

    /// A network of the given width for a run.
    let network (setting: Setting) width run =
        TwoLayer.random (seed setting run) setting.Options.Activation width setting.Points.ColumnCount

    /// Whether something holds of the networks of all runs.
    let inAllRuns (setting: Setting) holds width =
        Seq.forall
            (fun run ->
                setting.Execution.Cancellation.ThrowIfCancellationRequested()
                holds (network setting width run))
            (seq { 0 .. setting.Options.Runs - 1 })

    /// The largest width up to the one of the options whose n x m matrices stay below 2^26 numbers (0.5 GB).
    let largestWidth (setting: Setting) =
        let most = (1 <<< 26) / max 1 (max (count setting) setting.Points.ColumnCount)
        max 1 (min setting.Options.LargestWidth most)

    /// The observed width of a conclusion.
    let observe (setting: Setting) holds =
        Some(ObservedWidth.search (largestWidth setting) (inAllRuns setting holds))

    /// The tangent kernel of a network's hidden layer, n x n.
    let finiteGram (setting: Setting) (network: TwoLayer) : Matrix<float> =
        let z = Product.multiplyTranspose setting.Execution setting.Points network.Hidden

        let slope = Activation.derivativeWith network.AtKink network.Activation
        let scale = 1.0 / sqrt (float (TwoLayer.width network))
        z.MapInplace(fun value -> scale * slope value)

        (Product.gram setting.Execution z).PointwiseMultiply(Product.gram setting.Execution setting.Points)

    /// The Frobenius distance of that kernel from its limit at infinite width.
    let distanceToLimit (setting: Setting) network =
        Spectrum.frobenius (finiteGram setting network - setting.Gram)

    /// Hypotheses that the theorems on two-layer networks share.
    let standing (setting: Setting) = [
        if not setting.Summary.NotUnit.IsEmpty then
            Guarantee.rows "unit norms" setting.Summary.NotUnit
        if not setting.Summary.Repeated.IsEmpty then
            Guarantee.rows "distinct points" setting.Summary.Repeated
        elif not (lambda setting > 0.0) then
            $"a positive lambda_min: {Numeral.short setting.Smallest.Value} ± {Numeral.short setting.Smallest.Radius} cannot be told from 0"
    ]

    /// The hypothesis that the activation is the one that a theorem speaks of.
    let only (wanted: Activation) (setting: Setting) = [
        if setting.Options.Activation <> wanted then
            $"the activation is {setting.Options.Activation.Name}, the theorem's is {wanted.Name}"
    ]
