package renew

import (
	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/msg"
)

// unchanged says of a refusal that it came before anything was done.
func unchanged(what msg.Text) msg.Text { return msg.New("%s; nothing was changed", what) }

func stateHint() msg.Text {
	return msg.New("name a folder that can be written with --state or XDG_STATE_HOME")
}

// Commands that the reports and errors of this package name.
func removeCommand(appID, keyID string) commandline.Words {
	return commandline.Words{"spcheck", "remove-secret", "--sp", appID, "--key-id", keyID}
}

// dropCommand removes a secret that the rules keep: only a person can know that
// nobody has its value.
func dropCommand(appID, keyID string) commandline.Words {
	return append(removeCommand(appID, keyID), "--force")
}
