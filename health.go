package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/peterbourgon/ff/v3/ffcli"

	"greffier/config"
)

func (c *cli) healthcheckCommand() *ffcli.Command {
	var file string
	return c.command("healthcheck", "healthcheck [-config FILE]", func(ctx context.Context, args []string) error {
		if err := c.takes(0, args, "healthcheck [-config FILE]"); err != nil {
			return err
		}
		cfg, problems := config.LoadConfig(file, c.env)
		if len(problems) > 0 {
			return problems
		}
		return c.healthcheck(ctx, cfg.Listen)
	}, func(set *flag.FlagSet) { set.StringVar(&file, "config", "", c.say("flag-config")) })
}

// healthcheck asks the serving process on this machine whether it lives.
func (c *cli) healthcheck(ctx context.Context, listen string) error {
	ctx, cancel := context.WithTimeout(ctx, 4*time.Second)
	defer cancel()
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
		if ip != nil && ip.To4() == nil {
			host = "::1"
		}
	}
	url := "http://" + net.JoinHostPort(host, port) + "/livez"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{}} // no proxy stands between
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		return c.errorf("not-alive", url, err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1000))
	if err != nil || resp.StatusCode != http.StatusOK {
		return c.errorf("not-alive", url, fmt.Sprint(resp.Status, " ", string(body)))
	}
	fmt.Fprintln(c.out, "ok")
	return nil
}
