module NtkTheory.Catalog.Kernels.Sources

open NtkTheory.Claims

let private source document paper lecture number = {
    Document = document
    Lecture = lecture
    Number = number
    Paper = paper
}

/// Lecture 5 of a course on deep learning theory: linearization near initialization.
let lecture5 number =
    source "Deep learning theory" "" "Lecture 5" number

/// Lecture 7 of the same course: the kernel.
let lecture7 number =
    source "Deep learning theory" "" "Lecture 7" number

/// Song's lecture 3 on the convergence of gradient descent.
let song number =
    source "CS: Deep Learning, Fall 2020" "Du, Zhai, Poczos, Singh 2019; Song, Yang 2019" "Lecture 3" number

/// The slides on neural tangent kernels.
let slides number =
    source "CPSC 532S slides" "" "Neural tangent kernels, 23 March 2022" number

/// The ORF 543 notes, by date or number of the lecture.
let orf lecture number =
    source "ORF 543 notes" "" lecture number

/// A statement derived for this catalog from one of the notes.
let derived number =
    source "this catalog" "" "derived" number

/// A proved equality with its method and remark; other statuses are set with `with`.
let exact source id title statement check remark = {
    Id = id
    Title = title
    Statement = statement
    Source = source
    Status = Proved
    Sharpness = Exact
    Method = check
    Remark = remark
}

/// A recalled or qualitative statement.
let cited source id title statement remark = {
    exact source id title statement "" remark with
        Status = Cited
        Sharpness = Loose
}

/// A false statement as printed.
let asPrinted source id title statement check remark = {
    exact source id title statement check remark with
        Status = FalseAsStated $"{id}/repaired"
}

/// The repair of a false statement, under its id.
let repaired source id title statement check remark = {
    exact source $"{id}/repaired" title statement check remark with
        Status = Repairs id
}
