package target

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// standIn puts a program with a given name into the PATH. It records its arguments,
// standard input and environment, and then runs the script. $dir is a folder for the
// script.
func standIn(t *testing.T, name, script string) (dir string, d Deps) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("sh is needed")
	}
	dir = t.TempDir()
	text := "#!/bin/sh\ndir='" + dir + "'\nprintf '%s\\n' \"$*\" >>\"$dir/args\"\nenv >>\"$dir/env\"\n" + script + "\n"
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	return dir, Deps{Environ: append(os.Environ(), "KEPT=yes")}
}

func content(t *testing.T, path ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(path...))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(data)
}

// noArgument checks that no argument of a call contained the value.
func noArgument(t *testing.T, dir string) {
	t.Helper()
	if args := content(t, dir, "args"); strings.Contains(args, marker) || strings.Contains(args, "ker.not-a-real") {
		t.Errorf("the value is an argument: %s", args)
	}
}

func TestClientForms(t *testing.T) {
	for spec, good := range map[string]bool{
		"kubernetes:prod/sync#client-secret":                      true,
		"kubernetes:arn:aws:eks:eu/cluster-1/prod/sync#x.y":       true,
		"kubernetes:sync#x":                                       false,
		"kubernetes:prod/sync":                                    false,
		"kubernetes:Prod/sync#x":                                  false,
		"kubernetes:--kubeconfig=x/prod/sync#x":                   false,
		"github:contoso/sync#SECRET":                              true,
		"github:contoso/sync/prod eu#SECRET":                      true,
		"github:contoso#SECRET":                                   false,
		"github:-x/sync#SECRET":                                   false,
		"github:contoso/sync#A-B":                                 false,
		"azure-pipelines:contoso/My Project/group 1#clientSecret": true,
		"azure-pipelines:contoso/Project#x":                       false,
		"azure-pipelines:-o/Project/group#x":                      false,
		"appsettings:rg/app#AZURE_CLIENT_SECRET":                  true,
		"appsettings:rg/app/staging#A":                            true,
		"appsettings:rg#A":                                        false,
		"appsettings:rg/--ids#A":                                  false,
		"docker-secret:mailstore":                                 true,
		"docker-secret:-x":                                        false,
		"docker-secret:" + strings.Repeat("x", 60):                false,
	} {
		to, err := Parse(spec, Deps{Now: time.Now})
		if (err == nil) != good || good && to.Spec() != spec {
			t.Errorf("%s: %v %v", spec, to, err)
		}
	}
}

// The part of kubectl that the target uses, with one Secret in a file.
const kubectl = `
case "$*" in
*--dry-run=server*) cat >"$dir/tried"; exit 0 ;;
"get secret"*) cat "$dir/secret" 2>/dev/null; exit 0 ;;
"delete secret"*) rm "$dir/secret" ;;
"replace"*) [ -f "$dir/secret" ] && cat >"$dir/secret.new" && mv "$dir/secret.new" "$dir/secret" ;;
"create"*) [ ! -f "$dir/secret" ] && cat >"$dir/secret" ;;
*) exit 9 ;;
esac`

func TestKubernetes(t *testing.T) {
	dir, d := standIn(t, "kubectl", kubectl)
	const before = `{"apiVersion":"v1","kind":"Secret","type":"Opaque","metadata":{"name":"sync","namespace":"prod","resourceVersion":"42","labels":{"a":"b"}},"data":{"other":"b3RoZXI=","client-secret":"Zm9ybWVy"}}`
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	to := parse(t, "kubernetes:blue/prod/sync#client-secret", d)
	read := func() string {
		v, err := to.Read(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return v.Reveal()
	}
	cycle(t, to, read)
	kept := content(t, dir, "secret")
	for _, part := range []string{`"other":"b3RoZXI="`, `"resourceVersion":"42"`, `"labels":{"a":"b"}`} {
		if !strings.Contains(kept, part) {
			t.Errorf("%s is gone: %s", part, kept)
		}
	}
	for call := range strings.SplitSeq(strings.TrimSpace(content(t, dir, "args")), "\n") {
		if !strings.Contains(call, "--context=blue") || !strings.Contains(call, "--namespace=prod") {
			t.Errorf("another cluster or namespace: %s", call)
		}
	}
	noArgument(t, dir)
}

func TestKubernetesMakesTheSecret(t *testing.T) {
	dir, d := standIn(t, "kubectl", kubectl)
	to := parse(t, "kubernetes:prod/sync#client-secret", d)
	if err := to.Check(context.Background()); err != nil || to.Remark().IsZero() || content(t, dir, "secret") != "" {
		t.Fatalf("error %v; remark %q", err, to.Remark())
	}
	if err := to.Store(context.Background(), secret()); err != nil {
		t.Fatal(err)
	}
	if v, err := to.Read(context.Background()); err != nil || v.Reveal() != marker {
		t.Errorf("it reads back %v, %v", v, err)
	}
	if err := to.Undo(context.Background()); err != nil || content(t, dir, "secret") != "" {
		t.Errorf("undone: %v", err)
	}
}

// A program that fails after it has stored the value has stored it. Otherwise the value may
// still appear, so Undo writes the previous one again, and says if it cannot.
func TestKubernetesWhoseAnswerIsLost(t *testing.T) {
	const former = `{"kind":"Secret","data":{"x":"Zm9ybWVy"}}`
	for name, tc := range map[string]struct {
		script         string
		stored, undone bool
	}{
		"done, and failed":     {kubectl + "\ncase \"$*\" in replace*) exit 1;; esac", true, false},
		"not done, and failed": {`case "$*" in replace*) exit 1;; esac` + kubectl, false, false},
		// The first answer after the write is the previous content.
		"done, failed, and shown late": {`
old='` + former + `'
case "$*" in
"get secret"*) if [ -f "$dir/late" ]; then rm "$dir/late"; echo "$old"; exit; fi ;;
"replace"*) [ -f "$dir/once" ] || { touch "$dir/once" "$dir/late"; cat >"$dir/secret"; exit 1; } ;;
esac` + kubectl, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir, d := standIn(t, "kubectl", tc.script)
			if err := os.WriteFile(filepath.Join(dir, "secret"), []byte(former), 0o600); err != nil {
				t.Fatal(err)
			}
			to := parse(t, "kubernetes:prod/sync#x", d)
			if err := to.Store(context.Background(), secret()); (err == nil) != tc.stored {
				t.Errorf("error %v", err)
			}
			err := to.Undo(context.Background())
			if v, _ := to.Read(context.Background()); (err == nil) != tc.undone || v.Reveal() != "former" {
				t.Errorf("undone: %v; it holds the previous value: %v", err, v.Reveal() == "former")
			}
		})
	}
}

// A Secret that somebody else has created in the meantime stays.
func TestKubernetesWhoseSecretSomebodyElseCreates(t *testing.T) {
	dir, d := standIn(t, "kubectl", `case "$*" in create*) echo '{"kind":"Secret","data":{"y":"dGhlaXJz"}}' >"$dir/secret"; exit 1;; esac`+kubectl)
	to := parse(t, "kubernetes:prod/sync#x", d)
	if err := to.Store(context.Background(), secret()); err == nil {
		t.Fatal("it was stored")
	}
	if err := to.Undo(context.Background()); err != nil || !strings.Contains(content(t, dir, "secret"), `"y":"dGhlaXJz"`) {
		t.Errorf("undone: %v", err)
	}
}

func TestGitHub(t *testing.T) {
	dir, d := standIn(t, "gh", `case "$1 $2" in "secret set") cat >"$dir/value";; esac`)
	to := parse(t, "github:contoso/sync/production#AZURE_CLIENT_SECRET", d)
	if err := to.Check(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := to.Store(context.Background(), secret()); err != nil {
		t.Fatal(err)
	}
	if content(t, dir, "value") != marker {
		t.Error("the value did not arrive")
	}
	if args := content(t, dir, "args"); !strings.Contains(args, "api --silent repos/contoso/sync/environments/production/secrets/public-key\n") ||
		!strings.Contains(args, "secret set AZURE_CLIENT_SECRET --repo=contoso/sync --env=production\n") {
		t.Errorf("it was called with %s", args)
	}
	if err := to.Undo(context.Background()); err == nil {
		t.Error("a secret that GitHub has counts as taken back")
	}
	noArgument(t, dir)
}

const azPipelines = `
case "$*" in
*"variable-group list"*) echo '[{"id":7,"name":"production","variables":{"clientSecret":{"isSecret":true,"value":null}}}]' ;;
*"variable update"*) printf %s "$AZURE_DEVOPS_EXT_PIPELINE_VAR_clientSecret" >"$dir/value" ;;
*"variable create"*) printf %s "$AZURE_DEVOPS_EXT_PIPELINE_VAR_other" >"$dir/other" ;;
*) exit 9 ;;
esac`

func TestAzurePipelines(t *testing.T) {
	dir, d := standIn(t, "az", azPipelines)
	for variable, file := range map[string]string{"clientSecret": "value", "other": "other"} {
		to := parse(t, "azure-pipelines:contoso/Sync/production#"+variable, d)
		if err := to.Check(context.Background()); err != nil || to.Remark().IsZero() != (variable == "clientSecret") {
			t.Fatalf("error %v, remark %q", err, to.Remark())
		}
		if err := to.Store(context.Background(), secret()); err != nil || content(t, dir, file) != marker {
			t.Errorf("%s: error %v", variable, err)
		}
	}
	if args := content(t, dir, "args"); !strings.Contains(args, "--organization=https://dev.azure.com/contoso --project=Sync") || !strings.Contains(args, "--group-id=7 --name=clientSecret --secret=true") {
		t.Errorf("it was called with %s", args)
	}
	noArgument(t, dir)
	if err := parse(t, "azure-pipelines:contoso/Sync/another#x", d).Check(context.Background()); err == nil {
		t.Error("a group that does not exist is accepted")
	}
}

const azSettings = `
case "$*" in
*"appsettings list"*) cat "$dir/settings" ;;
*"appsettings set"*"--settings @-"*) cat >"$dir/given"
	value=$(sed 's/.*"SECRET":"\([^"]*\)".*/\1/' "$dir/given")
	printf '[{"name":"OTHER","value":"1"},{"name":"SECRET","value":"%s"}]' "$value" >"$dir/settings" ;;
*"appsettings delete"*"--setting-names SECRET"*) printf '[{"name":"OTHER","value":"1"}]' >"$dir/settings" ;;
*) exit 9 ;;
esac`

func TestAppSettings(t *testing.T) {
	for name, before := range map[string]string{
		"replaced": `[{"name":"OTHER","value":"1"},{"name":"SECRET","value":"former"}]`,
		"added":    `[{"name":"OTHER","value":"1"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			dir, d := standIn(t, "az", azSettings)
			if err := os.WriteFile(filepath.Join(dir, "settings"), []byte(before), 0o600); err != nil {
				t.Fatal(err)
			}
			to := parse(t, "appsettings:rg-sync/contoso-sync/staging#SECRET", d)
			cycle(t, to, func() string {
				v, err := to.Read(context.Background())
				if err != nil {
					t.Fatal(err)
				}
				return v.Reveal()
			})
			if args := content(t, dir, "args"); !strings.Contains(args, "--resource-group=rg-sync --name=contoso-sync --only-show-errors --slot=staging") {
				t.Errorf("it was called with %s", args)
			}
			noArgument(t, dir)
		})
	}
}

func TestAppSettingsThatReferToAVault(t *testing.T) {
	dir, d := standIn(t, "az", azSettings)
	if err := os.WriteFile(filepath.Join(dir, "settings"), []byte(`[{"name":"SECRET","value":"@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x)"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := parse(t, "appsettings:rg/app#SECRET", d).Check(context.Background()); err == nil || !strings.Contains(err.Error(), "keyvault:") {
		t.Errorf("error %v", err)
	}
}

func TestDockerSecret(t *testing.T) {
	dir, d := standIn(t, "docker", `case "$2" in create) cat >"$dir/value"; for last; do :; done; [ "$last" = - ];; rm) rm "$dir/value";; esac`)
	to := parse(t, "docker-secret:mailstore", d)
	if err := to.Check(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := to.Store(context.Background(), secret()); err != nil || content(t, dir, "value") != marker {
		t.Fatalf("error %v", err)
	}
	if args := content(t, dir, "args"); !strings.Contains(args, "secret create --label=spcheck.name=mailstore --label=spcheck.keyId="+secret().KeyID+" mailstore-20300102T030405Z -\n") {
		t.Errorf("it was called with %s", args)
	}
	if err := to.Undo(context.Background()); err != nil || content(t, dir, "value") != "" {
		t.Errorf("undone: %v", err)
	}
	noArgument(t, dir)
}

// Whatever the program does, no part of the value is shown, and it ends.
func TestClientsThatMisbehave(t *testing.T) {
	programs := map[string]string{"kubernetes:prod/sync#x": "kubectl", "github:contoso/sync#X": "gh", "azure-pipelines:contoso/Sync/production#x": "az",
		"appsettings:rg/app#X": "az", "docker-secret:x": "docker"}
	for name, tc := range map[string]struct{ script, says string }{
		"fails and prints the value": {"cat; echo '" + marker + "'; echo '" + marker + "' >&2; exit 3", "exit code 3"},
		"prints without end":         {"exec yes '" + marker + "'", "printed too much"},
		"prints no JSON":             {"cat >/dev/null; echo '" + marker + "'", ""},
		"hangs":                      {"cat >/dev/null; sleep 60", "in time"},
	} {
		for spec, program := range programs {
			t.Run(name+" "+spec, func(t *testing.T) {
				_, d := standIn(t, program, tc.script)
				to := parse(t, spec, d)
				ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
				defer cancel()
				if strings.HasPrefix(name, "hangs") {
					ctx, cancel = context.WithTimeout(context.Background(), 200*time.Millisecond)
					defer cancel()
				}
				for _, err := range []error{to.Check(ctx), to.Store(ctx, secret())} {
					if strings.Contains(fmt.Sprintf("%v %+v", err, to), marker) {
						t.Errorf("the value shows: %v", err)
					}
					if tc.says != "" && (err == nil || !strings.Contains(err.Error(), tc.says) && !strings.Contains(err.Error(), "was killed")) {
						t.Errorf("error %v", err)
					}
				}
			})
		}
	}
	for spec, program := range programs {
		t.Setenv("PATH", t.TempDir())
		if err := parse(t, spec, Deps{}).Check(context.Background()); err == nil || !strings.Contains(err.Error(), program+" is not installed") {
			t.Errorf("%s without %s: %v", spec, program, err)
		}
	}
}

func TestThen(t *testing.T) {
	dir, d := standIn(t, "restart", `[ "$1" = mailstore ]`)
	run, err := Then("restart mailstore", d)
	if err != nil {
		t.Fatal(err)
	}
	if err := run(context.Background()); err != nil || content(t, dir, "args") != "mailstore\n" {
		t.Errorf("error %v", err)
	}
	run, _ = Then("restart another", d)
	if err := run(context.Background()); err == nil || !strings.Contains(err.Error(), "exit code 1") {
		t.Errorf("error %v", err)
	}
}
