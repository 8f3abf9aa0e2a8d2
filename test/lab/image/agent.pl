#!/usr/bin/perl
# The lab's control channel: runs scripts as root that come over a virtio-serial port. It does not use sshd or the network, so it
# leaves no trace there and works without them. Several scripts may run at the same time.
#
#   in:   run ID SCRIPT-LENGTH INPUT-LENGTH \n SCRIPT INPUT
#         kill ID \n
#   out:  out ID LENGTH \n BYTES     err ID LENGTH \n BYTES     exit ID CODE \n     (a signal N counts as code 128 + N)
use strict;
use warnings;
use IO::Select;
use POSIX ();

my $port;
until (sysopen($port, (glob '/dev/vport*p1')[0] // '', POSIX::O_RDWR())) { select(undef, undef, undef, 0.2) }

my $select = IO::Select->new($port);
my (%jobs, %streams);    # id -> {pid, open}; handle -> [id, name]
my $buffer = '';

sub send_all {
    my ($bytes) = @_;
    while (length $bytes) {
        my $n = syswrite($port, $bytes);
        if (defined $n) { substr($bytes, 0, $n) = '' }
        else { select(undef, undef, undef, 0.02) }
    }
}

# without input no file is made, not even for a moment: tests look for files that others write
sub input_file {
    my ($input) = @_;
    my $file;
    if ($input eq '') {
        open($file, '<', '/dev/null') or die "/dev/null: $!";
        return $file;
    }
    open($file, '+>', undef) or die "temporary file: $!";
    syswrite($file, $input);
    sysseek($file, 0, 0);
    return $file;
}

sub start {
    my ($id, $script, $input) = @_;
    my $stdin = input_file($input);
    pipe(my $out, my $out_w) or die "pipe: $!";
    pipe(my $err, my $err_w) or die "pipe: $!";
    my $pid = fork();
    die "fork: $!" unless defined $pid;
    if ($pid == 0) {
        POSIX::setsid();
        POSIX::dup2(fileno($stdin), 0);
        POSIX::dup2(fileno($out_w), 1);
        POSIX::dup2(fileno($err_w), 2);
        chdir '/root';
        exec('/bin/sh', '-c', $script) or POSIX::_exit(127);
    }
    $jobs{$id} = { pid => $pid, open => 2 };
    for ([$out, 'out'], [$err, 'err']) {
        $streams{ $_->[0] } = [$id, $_->[1]];
        $select->add($_->[0]);
    }
}

sub forward {
    my ($handle) = @_;
    my ($id, $name) = @{ $streams{$handle} };
    my $n = sysread($handle, my $bytes, 65536);
    if ($n) { send_all("$name $id $n\n$bytes"); return }
    $select->remove($handle);
    delete $streams{$handle};
    close $handle;
    return if --$jobs{$id}{open};
    waitpid($jobs{$id}{pid}, 0);
    my $code = $? & 127 ? 128 + ($? & 127) : $? >> 8;
    delete $jobs{$id};
    send_all("exit $id $code\n");
}

sub take_requests {
    my $n = sysread($port, my $bytes, 65536);
    if (!$n) { select(undef, undef, undef, 0.1); return }    # nobody is connected yet
    $buffer .= $bytes;
    while ($buffer =~ /\A([^\n]*)\n/) {
        my ($line, $rest) = ($1, $+[0]);
        if ($line =~ /\Arun (\d+) (\d+) (\d+)\z/) {
            return if length($buffer) < $rest + $2 + $3;
            start($1, substr($buffer, $rest, $2), substr($buffer, $rest + $2, $3));
            $rest += $2 + $3;
        }
        elsif ($line =~ /\Akill (\d+)\z/ && $jobs{$1}) { kill 'KILL', -$jobs{$1}{pid} }
        substr($buffer, 0, $rest) = '';
    }
}

while (1) {
    for my $handle ($select->can_read) {
        if ($handle == $port) { take_requests() }
        else { forward($handle) }
    }
}
