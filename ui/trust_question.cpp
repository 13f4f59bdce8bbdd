#include "ui/trust_question.h"

#include <QCoreApplication>
#include <QMessageBox>
#include <QPushButton>

namespace sightline {

bool askForTrust(QWidget* parent, const std::filesystem::path& model) {
    QMessageBox question(QMessageBox::Warning,
                         QCoreApplication::translate("TrustQuestion", "Load a model from somebody else?"),
                         QCoreApplication::translate("TrustQuestion", "%1 did not come with this release of Sightline.")
                             .arg(QString::fromStdString(model.filename().string())),
                         QMessageBox::Cancel, parent);
    question.setObjectName("trustQuestion");
    question.setInformativeText(QCoreApplication::translate(
        "TrustQuestion",
        "A model holds program code that runs with your rights. Only load files from people you trust.\n\n"
        "You are asked once for each model. Before the first time it is tried apart, which takes as long again as "
        "loading it."));
    const auto* load =
        question.addButton(QCoreApplication::translate("TrustQuestion", "&Load it"), QMessageBox::AcceptRole);
    question.setDefaultButton(QMessageBox::Cancel);
    question.exec();
    return question.clickedButton() == load;
}

}  // namespace sightline
