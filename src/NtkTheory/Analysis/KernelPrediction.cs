namespace NtkTheory;

/// <summary>How well a kernel ridge regression predicts points that it has not seen.</summary>
/// <param name="Kernel">The kernel in words.</param>
/// <param name="Ridge">The ridge with the least leave-one-out error.</param>
/// <param name="LeaveOneOutError">Root mean square, in the label's unit; of one-hot targets for classes.</param>
/// <param name="LeaveOneOutAccuracy">The part of the classes that is met; NaN where labels are numbers.</param>
/// <param name="FoldScore">With whole folds left out: accuracy for classes, R² for numbers.</param>
public sealed record KernelPrediction(
    string Kernel,
    double Ridge,
    double LeaveOneOutError,
    double LeaveOneOutAccuracy,
    double FoldScore
);
